import { pbkdf2 } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { connect as connectTo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { type ChainTarget, fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpClient } from '../../lib/transport/smtp/smtp-client.js';
import { type Certificates, makeCertificates, selfSignedServer } from '../support/certificates.js';
import { freePort } from '../support/services/shell.js';
import { type ScriptedServer, type ServerScript, startServer } from '../support/smtp-servers.js';

const egress = resolveEgress();

describe('fetchChain', () => {
  let certificates: Certificates;
  let server: ScriptedServer | undefined;

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const ask = async (script: ServerScript, target: Partial<ChainTarget> = {}, options?: { deadlineMs?: number }) => {
    server = await startServer(script);
    const security = script.implicitTls ? 'tls' : 'starttls';
    return fetchChain({ host: server.host, port: server.port, security, ca: [], egress, ...target }, options);
  };
  const subjects = ({ certificates: chain }: Awaited<ReturnType<typeof fetchChain>>) => chain.map(({ subject }) => subject);
  const withRoot = () => ({ ...certificates.throughIntermediate, cert: `${certificates.throughIntermediate.cert}\n${certificates.ca}` });

  it.each([true, false])('tells the whole chain of an untrusted server, leaf first (TLS from the start: %s)', async (implicitTls) => {
    const found = await ask({ tls: withRoot(), implicitTls });
    expect(subjects(found)).toEqual(['CN=localhost', 'CN=Example Issuing CA', 'CN=Example Root CA']);
    expect(found.isTrusted).toBe(false);
  });

  it('sends neither login nor mail, and hangs up after the handshake', async () => {
    await ask({ tls: certificates.good });
    await server!.allClosed();
    expect(server!.commands.map((command) => command.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
    await server!.close();
    await ask({ tls: certificates.good, implicitTls: true });
    await server!.allClosed();
    expect(server!.commands).toEqual([]);
  });

  it('shows what is sent when the root is missing, or all authorities are', async () => {
    expect(subjects(await ask({ tls: certificates.throughIntermediate }))).toEqual(['CN=localhost', 'CN=Example Issuing CA']);
    await server!.close();
    expect(subjects(await ask({ tls: certificates.missingIntermediate }))).toEqual(['CN=localhost']);
  });

  it('knows what is trusted already, by the name as well', async () => {
    expect((await ask({ tls: certificates.good }, { ca: [certificates.ca] })).isTrusted).toBe(true);
    await server!.close();
    expect((await ask({ tls: certificates.wrongName }, { ca: [certificates.ca] })).isTrusted).toBe(false);
    await server!.close();
    expect((await ask({ tls: certificates.expired }, { ca: [certificates.ca] })).isTrusted).toBe(false);
  });

  it('makes no other connection trust what it saw', async () => {
    await ask({ tls: certificates.good });
    const { host, port } = server!;
    const client = new SmtpClient({ host, port, security: 'starttls', ca: [], egress, maxConnections: 1 });
    await expect(client.connect()).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await client.quit();
  });

  it.each<[string, string, ServerScript, Partial<ChainTarget>]>([
    ['a server without STARTTLS', 'TLS', {}, {}],
    ['a server that does not start with TLS', 'TLS', {}, { security: 'tls' }],
    ['a server that refuses the session', 'CONNECTION', { greeting: '554 5.7.1 not you' }, {}],
    ['a server that hangs up', 'CONNECTION', { greeting: '421 4.3.2 closing' }, {}],
    ['a server that drops', 'CONNECTION', { raw: (socket) => void socket.destroy() }, {}],
  ])('says what is wrong with %s', async (_what, code, script, target) => {
    await expect(ask(script, target)).rejects.toMatchObject({ code });
  });

  it('says so when STARTTLS is refused or fails', async () => {
    const refusing: ServerScript = {
      tls: certificates.good,
      reply: (command) => (command === 'STARTTLS' ? '454 4.7.0 not now' : undefined),
    };
    await expect(ask(refusing)).rejects.toMatchObject({ code: 'TLS', reply: '454 4.7.0 not now' });
    await server!.close();
    const old: ServerScript = { tls: { ...certificates.good, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } };
    await expect(ask(old)).rejects.toMatchObject({ code: 'TLS' });
  });

  it('says so when nothing listens, and when there is no such name', async () => {
    const port = await freePort();
    await expect(fetchChain({ host: '127.0.0.1', port, security: 'tls', ca: [], egress })).rejects.toMatchObject({ code: 'CONNECTION' });
    await expect(fetchChain({ host: 'mail.example.invalid', port, security: 'tls', ca: [], egress })).rejects.toMatchObject({
      code: 'DNS',
    });
  });

  it('gives up on a server that says nothing, or goes on talking, when its time is over', async () => {
    await expect(ask({ greeting: null }, {}, { deadlineMs: 300 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await server!.allClosed();
    await server!.close();
    await expect(ask({ raw: (socket) => void socket.resume(), implicitTls: true }, {}, { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    await server!.allClosed();
    await server!.close();
    const flood: ServerScript = {
      raw: (socket) => void socket.resume().write('220-hello again and again\r\n'.repeat(10_000)),
    };
    await expect(ask(flood)).rejects.toMatchObject({ code: 'CONNECTION' });
    await server!.allClosed();
  });
});

describe('fetchChain, when the name is found too late', () => {
  it('opens nothing that nobody would close', async () => {
    let opened = 0;
    const server = await startServer({ raw: () => void (opened += 1) });
    // The resolver waits behind them.
    const busy = Array.from({ length: 8 }, () => new Promise((resolve) => pbkdf2('', '', 400_000, 64, 'sha512', resolve)));
    const asked = fetchChain({ host: 'localhost', port: server.port, security: 'tls', ca: [], egress }, { deadlineMs: 1 });
    await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT', reason: 'dns_timeout' });
    await Promise.all(busy);
    await lookup('localhost');
    // Whatever was opened before it arrives before it.
    const last = connectTo(server.port, server.host);
    await new Promise((resolve) => last.once('connect', resolve));
    last.end();
    await server.close();
    expect(opened).toBe(1);
  });
});

describe('trusting one certificate of a server', () => {
  const connect = async (script: ServerScript, ca: string[], host = 'localhost') => {
    const server = await startServer(script);
    const client = new SmtpClient({ host, port: server.port, security: 'starttls', ca, egress, maxConnections: 1 });
    try {
      await client.connect();
    } finally {
      await client.quit();
      await server.close();
    }
  };

  it('A1.41 its own, that signed itself: connects with it, and fails without it', async () => {
    const tls = await selfSignedServer();
    await expect(connect({ tls }, [])).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await connect({ tls }, [tls.cert]);
  });

  it('still asks for the name, the date and that very certificate', async () => {
    const other = await selfSignedServer();
    const named = await selfSignedServer({ names: ['mail.other.example'] });
    const ended = await selfSignedServer({ notAfter: new Date(Date.now() - 3_600_000) });
    await expect(connect({ tls: await selfSignedServer() }, [other.cert])).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await expect(connect({ tls: named }, [named.cert])).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await expect(connect({ tls: ended }, [ended.cert])).rejects.toMatchObject({ code: 'CERTIFICATE' });
  });

  it('an intermediate authority, where the server does not send the root', async () => {
    const { throughIntermediate, otherCa } = await makeCertificates();
    const intermediate = throughIntermediate.cert.split(/(?<=-----END CERTIFICATE-----)/)[1]!;
    await connect({ tls: throughIntermediate }, [intermediate]);
    await expect(connect({ tls: otherCa }, [intermediate])).rejects.toMatchObject({ code: 'CERTIFICATE' });
  });
});
