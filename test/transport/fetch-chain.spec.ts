import { pbkdf2 } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { connect as connectTo } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { type ChainTarget, fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpSession } from '../../lib/transport/smtp/smtp-session.js';
import { type Certificates, makeCertificates, makeSelfSigned } from '../support/certificates.js';
import { findFreePort } from '../support/services/shell.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const egress = resolveEgress();

describe('fetchChain', () => {
  let certificates: Certificates;
  let server: ScriptedServer | undefined;
  const serve = useServer();

  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  const fetchFrom = async (script: ServerScript, target: Partial<ChainTarget> = {}, options?: { deadlineMs?: number }) => {
    server = await serve(script);
    const security = script.implicitTls ? 'tls' : 'starttls';
    return fetchChain({ host: server.host, port: server.port, security, ca: [], egress, ...target }, options);
  };
  const subjectsOf = ({ certificates: chain }: Awaited<ReturnType<typeof fetchChain>>) => chain.map(({ subject }) => subject);
  const addRoot = () => ({ ...certificates.throughIntermediate, cert: `${certificates.throughIntermediate.cert}\n${certificates.ca}` });

  it.each([true, false])('returns the whole chain of an untrusted server, leaf first (TLS from the start: %s)', async (implicitTls) => {
    const found = await fetchFrom({ tls: addRoot(), implicitTls });
    expect(subjectsOf(found)).toEqual(['CN=localhost', 'CN=Example Issuing CA', 'CN=Example Root CA']);
    expect(found.isTrusted).toBe(false);
  });

  it('sends neither login nor mail, and disconnects after the handshake', async () => {
    await fetchFrom({ tls: certificates.good });
    await server!.allClosed();
    expect(server!.commands.map((command) => command.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
    await server!.close();
    await fetchFrom({ tls: certificates.good, implicitTls: true });
    await server!.allClosed();
    expect(server!.commands).toEqual([]);
  });

  it('returns only what the server sends, without a missing root or missing authorities', async () => {
    expect(subjectsOf(await fetchFrom({ tls: certificates.throughIntermediate }))).toEqual(['CN=localhost', 'CN=Example Issuing CA']);
    await server!.close();
    expect(subjectsOf(await fetchFrom({ tls: certificates.missingIntermediate }))).toEqual(['CN=localhost']);
  });

  it('reports whether the server is trusted, including its name', async () => {
    expect((await fetchFrom({ tls: certificates.good }, { ca: [certificates.ca] })).isTrusted).toBe(true);
    await server!.close();
    expect((await fetchFrom({ tls: certificates.wrongName }, { ca: [certificates.ca] })).isTrusted).toBe(false);
    await server!.close();
    expect((await fetchFrom({ tls: certificates.expired }, { ca: [certificates.ca] })).isTrusted).toBe(false);
  });

  it('does not make other connections trust the certificates', async () => {
    await fetchFrom({ tls: certificates.good });
    const { host, port } = server!;
    const client = new SmtpSession({ host, port, security: 'starttls', ca: [], egress, maxConnections: 1 });
    await expect(client.connect()).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await client.quit();
  });

  it.each<[string, string, ServerScript, Partial<ChainTarget>]>([
    ['a server without STARTTLS', 'TLS', {}, {}],
    ['a server that does not start with TLS', 'TLS', {}, { security: 'tls' }],
    ['a server that refuses the session', 'CONNECTION', { greeting: '554 5.7.1 not you' }, {}],
    ['a server that hangs up', 'CONNECTION', { greeting: '421 4.3.2 closing' }, {}],
    ['a server that drops', 'CONNECTION', { raw: (socket) => void socket.destroy() }, {}],
  ])('reports %s', async (_what, code, script, target) => {
    await expect(fetchFrom(script, target)).rejects.toMatchObject({ code });
  });

  it('reports that STARTTLS is refused or fails', async () => {
    const refusing: ServerScript = {
      tls: certificates.good,
      reply: (command) => (command === 'STARTTLS' ? '454 4.7.0 not now' : undefined),
    };
    await expect(fetchFrom(refusing)).rejects.toMatchObject({ code: 'TLS', reply: '454 4.7.0 not now' });
    await server!.close();
    const old: ServerScript = { tls: { ...certificates.good, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } };
    await expect(fetchFrom(old)).rejects.toMatchObject({ code: 'TLS' });
  });

  it('reports that nothing listens and that the name does not exist', async () => {
    const port = await findFreePort();
    await expect(fetchChain({ host: '127.0.0.1', port, security: 'tls', ca: [], egress })).rejects.toMatchObject({ code: 'CONNECTION' });
    await expect(fetchChain({ host: 'mail.example.invalid', port, security: 'tls', ca: [], egress })).rejects.toMatchObject({
      code: 'DNS',
    });
  });

  it('gives up at the deadline on a server that is silent or never stops sending', async () => {
    await expect(fetchFrom({ greeting: null }, {}, { deadlineMs: 300 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await server!.allClosed();
    await server!.close();
    await expect(fetchFrom({ raw: (socket) => void socket.resume(), implicitTls: true }, {}, { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    await server!.allClosed();
    await server!.close();
    const flood: ServerScript = {
      raw: (socket) => void socket.resume().write('220-hello again and again\r\n'.repeat(10_000)),
    };
    await expect(fetchFrom(flood)).rejects.toMatchObject({ code: 'CONNECTION' });
    await server!.allClosed();
  });
});

describe('fetchChain with a slow name lookup', () => {
  const serve = useServer();

  it('opens no connection after its deadline', async () => {
    let opened = 0;
    const server = await serve({ raw: () => void (opened += 1) });
    // These block the resolver.
    const busy = Array.from({ length: 8 }, () => new Promise((resolve) => pbkdf2('', '', 400_000, 64, 'sha512', resolve)));
    const asked = fetchChain({ host: 'localhost', port: server.port, security: 'tls', ca: [], egress }, { deadlineMs: 1 });
    await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT', reason: 'dns_timeout' });
    await Promise.all(busy);
    await lookup('localhost');
    // Any earlier connection would arrive before this one.
    const last = connectTo(server.port, server.host);
    await new Promise((resolve) => last.once('connect', resolve));
    last.end();
    await server.close();
    expect(opened).toBe(1);
  });
});

describe('trusting one certificate of a server', () => {
  const serve = useServer();
  const connect = async (script: ServerScript, ca: string[], host = 'localhost') => {
    const server = await serve(script);
    const client = new SmtpSession({ host, port: server.port, security: 'starttls', ca, egress, maxConnections: 1 });
    try {
      await client.connect();
    } finally {
      await client.quit();
    }
  };

  it('A1.41 connects with the server’s self-signed certificate, and fails without it', async () => {
    const tls = await makeSelfSigned();
    await expect(connect({ tls }, [])).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await connect({ tls }, [tls.cert]);
  });

  it('still checks the name, the date and the exact certificate', async () => {
    const other = await makeSelfSigned();
    const named = await makeSelfSigned({ names: ['mail.other.example'] });
    const ended = await makeSelfSigned({ notAfter: new Date(Date.now() - 3_600_000) });
    await expect(connect({ tls: await makeSelfSigned() }, [other.cert])).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await expect(connect({ tls: named }, [named.cert])).rejects.toMatchObject({ code: 'CERTIFICATE' });
    await expect(connect({ tls: ended }, [ended.cert])).rejects.toMatchObject({ code: 'CERTIFICATE' });
  });

  it('trusts an intermediate authority even if the server does not send the root', async () => {
    const { throughIntermediate, otherCa } = await makeCertificates();
    const intermediate = throughIntermediate.cert.split(/(?<=-----END CERTIFICATE-----)/)[1]!;
    await connect({ tls: throughIntermediate }, [intermediate]);
    await expect(connect({ tls: otherCa }, [intermediate])).rejects.toMatchObject({ code: 'CERTIFICATE' });
  });
});
