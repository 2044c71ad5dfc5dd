import { hostname } from 'node:os';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { ehloNameFor } from '../../lib/transport/smtp/ehlo-name.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpSession } from '../../lib/transport/smtp/smtp-session.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { buildSettings } from '../support/mails.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

describe('The EHLO name', () => {
  let certificates: Certificates;
  const serve = useServer();
  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  const namesIn = ({ commands }: ScriptedServer) => commands.filter((line) => /^(?:EHLO|HELO) /.test(line)).map((line) => line.slice(5));
  const connect = async (server: ScriptedServer, names: { ehloName?: string; sender?: string }) => {
    const session = new SmtpSession(buildSettings(server, names));
    await session.connect();
    await session.quit();
  };

  it.each<[what: string, names: { ehloName?: string; sender?: string }, address: string, machine: string, expected: string]>([
    ['the one that was set', { ehloName: 'app.example.com', sender: 'a@b.example' }, '10.0.0.5', 'mx.example.com', 'app.example.com'],
    ['the machine’s full name', { sender: 'a@b.example' }, '10.0.0.5', 'web1.example.com', 'web1.example.com'],
    ['the sender’s domain if the machine’s name is short', { sender: 'a@b.example' }, '10.0.0.5', 'web1', 'b.example'],
    ['the sender’s domain if only the local network knows the machine', { sender: 'a@b.example' }, '10.0.0.5', 'mac.local', 'b.example'],
    ['the sender’s domain if the machine’s name is no host name', { sender: 'a@b.example' }, '10.0.0.5', 'my_host.example', 'b.example'],
    ['the sender’s domain in ASCII', { sender: 'a@bücher.example' }, '10.0.0.5', 'web1', 'xn--bcher-kva.example'],
    ['the address of the connection without a sender', {}, '10.0.0.5', 'web1', '[10.0.0.5]'],
    ['the address if the user name is no address', { sender: 'apikey' }, '10.0.0.5', 'web1', '[10.0.0.5]'],
    ['the address if the sender’s domain is not in the DNS', { sender: 'root@localhost' }, '10.0.0.5', 'web1', '[10.0.0.5]'],
    ['an IPv6 address', {}, '2001:db8::5', 'web1', '[IPv6:2001:db8::5]'],
    ['an IPv6 address without its zone', {}, 'fe80::5%eth0', 'web1', '[IPv6:fe80::5]'],
    ['an IPv4 address on an IPv6 socket', {}, '::ffff:10.0.0.5', 'web1', '[10.0.0.5]'],
  ])('is %s', (_what, names, address, machine, expected) => {
    expect(ehloNameFor(names, address, machine)).toBe(expected);
  });

  it('is given in EHLO, again after STARTTLS, and in HELO', async () => {
    const secure = await serve({ tls: certificates.good });
    const session = new SmtpSession(
      buildSettings(secure, { host: 'localhost', security: 'starttls', ca: [certificates.ca], ehloName: 'app.example.com' }),
    );
    await session.connect();
    await session.quit();
    expect(namesIn(secure)).toEqual(['app.example.com', 'app.example.com']);
    const old = await serve({ reply: (line) => (line.startsWith('EHLO') ? '502 what' : line.startsWith('HELO') ? '250 hi' : undefined) });
    await connect(old, { ehloName: 'app.example.com' });
    expect(namesIn(old)).toEqual(['app.example.com', 'app.example.com']);
  });

  it('is that of this machine or of the sender by default', async () => {
    const server = await serve();
    await connect(server, { sender: 'news@acme.example' });
    expect(namesIn(server)).toEqual([ehloNameFor({ sender: 'news@acme.example' }, '127.0.0.1', hostname())]);
    expect(namesIn(server)).not.toContain('[127.0.0.1]');
  });

  it('is the same when the security or the certificates are looked up', async () => {
    const server = await serve({ tls: certificates.good });
    const target = { host: 'localhost', port: server.port, ca: [certificates.ca], egress: resolveEgress(), ehloName: '[192.0.2.1]' };
    await detectSecurity(target);
    await fetchChain({ ...target, security: 'starttls' });
    expect(new Set(namesIn(server))).toEqual(new Set(['[192.0.2.1]']));
    expect(namesIn(server)).toHaveLength(3);
  });
});
