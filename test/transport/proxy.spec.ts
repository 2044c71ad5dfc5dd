import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { type EgressOptions, resolveEgress } from '../../lib/options/egress.js';
import type { MailError } from '../../lib/shared/mail-error.js';
import type { ProxyProtocol } from '../../lib/shared/proxy-url.js';
import { AddressOrder } from '../../lib/transport/smtp/address-order.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { openSocket } from '../../lib/transport/smtp/open-socket.js';
import type { ProxySettings } from '../../lib/transport/smtp/proxy-settings.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { type HttpProxyScript, type SocksProxyScript, startHttpProxy, startSocksProxy, type TestProxy } from '../support/proxies.js';
import { findFreePort } from '../support/services/shell.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const LOGIN = { username: 'proxy-user', password: 'pr0xy-s3cret' };

describe('A proxy', () => {
  const serve = useServer();
  const proxies: TestProxy[] = [];
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  const startProxy = async (protocol: ProxyProtocol, script: HttpProxyScript & SocksProxyScript = {}) => {
    const proxy = await (protocol === 'socks5' ? startSocksProxy(script) : startHttpProxy(script));
    proxies.push(proxy);
    return proxy;
  };
  const startMailServer = () => serve({ tls: certificates.good });
  const through = (
    { host, port }: Pick<TestProxy, 'host' | 'port'>,
    { protocol = 'http', ...others }: Partial<ProxySettings> = {},
  ): ProxySettings => ({ protocol, host, port, ca: [certificates.ca], ...others });
  const settingsFor = (server: Pick<ScriptedServer, 'host' | 'port'>, proxy: ProxySettings, overrides: Partial<SmtpSettings> = {}) =>
    buildSettings(server, { security: 'starttls', ca: [certificates.ca], tlsServerName: 'localhost', proxy, ...overrides });

  /** Every way to connect to a mail server. */
  const WAYS: Record<string, (settings: SmtpSettings) => Promise<unknown>> = {
    send: async (settings) => {
      const transport = new SmtpTransport(settings);
      try {
        return await transport.send(buildMail());
      } finally {
        await transport.close(0);
      }
    },
    test: async (settings) => {
      const { error, report } = await diagnoseSmtp(settings, buildMail());
      if (error) throw error;
      return report;
    },
    detect: (settings) => detectSecurity(settings),
    fetch: (settings) => fetchChain({ ...settings, security: 'starttls' }),
  };
  const ways = Object.keys(WAYS);
  const protocols = ['http', 'socks5'] as const;
  const failureOf = (settings: SmtpSettings, way = 'send'): Promise<MailError> => catchError(WAYS[way]!(settings));

  describe.each(protocols)('%s', (protocol) => {
    it.each(ways)('gets the checked address of the server, and connects: %s', async (way) => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol);
      await WAYS[way]!(settingsFor({ host: 'localhost', port: server.port }, through(proxy, { protocol })));
      await server.allClosed();
      await proxy.allClosed();
      expect(new Set(proxy.targets)).toEqual(new Set([`127.0.0.1:${server.port}`]));
      expect(server.sessions.length).toBeGreaterThan(0);
      expect(server.mostOpen).toBe(1);
    });

    it('gets the login of the configuration', async () => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { login: LOGIN });
      await WAYS.send!(settingsFor(server, through(proxy, { protocol, login: LOGIN })));
      expect(proxy.logins).toEqual([`${LOGIN.username}:${LOGIN.password}`]);
      expect(server.bodies).toHaveLength(1);
    });

    it('may send the greeting of the server together with its reply', async () => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { bundlesGreeting: true });
      const settings = settingsFor(server, through(proxy, { protocol }));
      expect(await WAYS.test!(settings)).toMatchObject({ ok: true });
      expect(await WAYS.fetch!(settings)).toMatchObject({ isTrusted: true });
    });

    it('carries TLS from the first byte', async () => {
      const server = await serve({ tls: certificates.good, implicitTls: true });
      const proxy = await startProxy(protocol);
      await WAYS.send!(settingsFor(server, through(proxy, { protocol }), { security: 'tls' }));
      expect(server.bodies).toHaveLength(1);
    });

    it.each(ways)('that refuses the login names its password, and shows nothing of it: %s', async (way) => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { login: { ...LOGIN, password: 'other' } });
      const error = await failureOf(settingsFor(server, through(proxy, { protocol, login: LOGIN })), way);
      expect(error).toMatchObject({ code: 'AUTH', reason: 'proxy_login', fault: 'server', phase: 'tcp' });
      expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toMatch(/pr0xy-s3cret|proxy-user|cHJveHk/);
      expect(proxy.logins).toHaveLength(1);
      expect(server.sessions).toEqual([]);
      await proxy.allClosed();
    });

    it('that requires a login says so', async () => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { login: LOGIN });
      const { report } = await diagnoseSmtp(settingsFor(server, through(proxy, { protocol })), buildMail());
      expect(report.steps.at(-1)).toMatchObject({ name: 'tcp', ok: false, reason: 'proxy_login_required', field: 'proxyUser' });
    });

    it('that cannot connect to the server says so', async () => {
      const proxy = await startProxy(protocol);
      const { report } = await diagnoseSmtp(
        settingsFor({ host: '127.0.0.1', port: await findFreePort() }, through(proxy, { protocol })),
        buildMail(),
      );
      expect(report.steps.at(-1)).toMatchObject({ name: 'tcp', reason: 'proxy_failed', field: 'host' });
    });

    it('is not asked for an address that egress forbids', async () => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { host: '127.0.0.2' });
      const forbid = (egress: EgressOptions) => settingsFor(server, through(proxy, { protocol }), { egress: resolveEgress(egress) });
      for (const way of ways) {
        expect(await failureOf(forbid({ deny: ['127.0.0.1'] }), way)).toMatchObject({ code: 'EGRESS', reason: 'egress_refused' });
        expect(await failureOf(forbid({ allow: ['192.0.2.1', '127.0.0.2'] }), way)).toMatchObject({ reason: 'egress_refused' });
      }
      expect(proxy.targets).toEqual([]);
    });

    it('must be permitted by egress itself', async () => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { host: '127.0.0.2' });
      for (const way of ways) {
        for (const egress of [{ deny: ['127.0.0.2'] }, { allow: ['127.0.0.1'] }, { ports: [server.port] }]) {
          const settings = settingsFor(server, through(proxy, { protocol }), { egress: resolveEgress(egress) });
          expect(await failureOf(settings, way)).toMatchObject({ code: 'EGRESS', reason: 'proxy_egress', fault: 'config' });
        }
      }
      expect(proxy.targets).toEqual([]);
      expect(server.sessions).toEqual([]);
    });

    it.each(ways)('that does not reply ends with the deadline, and its socket is closed: %s', async (way) => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { raw: () => undefined });
      const proxied = through(proxy, { protocol });
      const settings = settingsFor(server, proxied, { timeouts: { connectMs: 300 } });
      const target = { ...settings, security: 'starttls' as const };
      const work =
        way === 'detect'
          ? detectSecurity(target, { deadlineMs: 300 })
          : way === 'fetch'
            ? fetchChain(target, { deadlineMs: 300 })
            : WAYS[way]!(settings);
      expect(await catchError(work)).toMatchObject({ code: 'TIMEOUT', reason: 'proxy_timeout' });
      await proxy.allClosed();
    });

    it.each([
      ['a mail server', (socket) => void socket.end('220 mail.example.com ESMTP\r\n')],
      ['a service that hangs up', (socket) => void socket.end()],
      ['a service that resets the connection', (socket) => void socket.once('data', () => socket.resetAndDestroy())],
      ['garbage', (socket) => void socket.end(Buffer.alloc(70_000, 0x7f))],
      ['half a reply', (socket) => void socket.end(Uint8Array.from([5, 0, 5]))],
      ['a reply that never ends', (socket) => void socket.write(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(100_000)}`)],
    ] as [string, (socket: Socket) => void][])('of another kind is recognized: %s', async (_what, raw) => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { raw });
      const error = await failureOf(settingsFor(server, through(proxy, { protocol, login: LOGIN })));
      expect(error).toMatchObject({ code: 'CONNECTION', reason: 'not_a_proxy' });
      await proxy.allClosed();
    });

    it('that is not running is named', async () => {
      const server = await startMailServer();
      const gone = { host: '127.0.0.1', port: await findFreePort() };
      for (const way of ways) {
        const settings = settingsFor(server, through(gone, { protocol }));
        expect(await failureOf(settings, way)).toMatchObject({ reason: 'proxy_unreachable', values: { proxy: `127.0.0.1:${gone.port}` } });
      }
      const unknown = settingsFor(server, through({ host: 'proxy.invalid', port: 3128 }, { protocol }));
      expect(await failureOf(unknown)).toMatchObject({ reason: 'proxy_unreachable', values: { proxy: 'proxy.invalid:3128' } });
    });

    it('is connected to from the local address', async () => {
      const server = await startMailServer();
      const peers: (string | undefined)[] = [];
      const proxy = await startProxy(protocol, {
        raw: (socket) => {
          peers.push(socket.remoteAddress);
          socket.destroy();
        },
      });
      await failureOf(settingsFor(server, through(proxy, { protocol }), { localAddress: '127.0.0.9' }));
      expect(peers).toEqual(['127.0.0.9']);
      const foreign = settingsFor(server, through(proxy, { protocol }), { localAddress: '203.0.113.77' });
      expect(await failureOf(foreign)).toMatchObject({ reason: 'local_address' });
    });
  });

  describe.each(protocols)('%s, to a server with several addresses', (protocol) => {
    const open = (proxy: TestProxy, port: number, login?: ProxySettings['login']) =>
      openSocket({
        host: 'localhost',
        port,
        addresses: ['127.0.0.9', '127.0.0.1'],
        connectMs: 10_000,
        egress: resolveEgress(),
        proxy: through(proxy, { protocol, login }),
        order: new AddressOrder(),
        signal: new AbortController().signal,
      });

    it('is asked for the next one if it cannot connect to the first', async () => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol);
      const { socket, address } = await open(proxy, server.port);
      expect(address).toBe('127.0.0.1');
      expect(proxy.targets).toEqual([`127.0.0.9:${server.port}`, `127.0.0.1:${server.port}`]);
      expect(proxy.open).toBe(1);
      socket.destroy();
      await proxy.allClosed();
    });

    it('is sent a wrong login only once', async () => {
      const server = await startMailServer();
      const proxy = await startProxy(protocol, { login: LOGIN });
      await expect(open(proxy, server.port, { ...LOGIN, password: 'wrong' })).rejects.toMatchObject({ reason: 'proxy_login' });
      expect(proxy.logins).toHaveLength(1);
      await proxy.allClosed();
    });
  });

  it.each<[string, string, string]>([
    ['HTTP/1.1 403 Forbidden\r\n\r\n', 'proxy_refused', 'proxyUrl'],
    ['HTTP/1.1 407 Auth\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n\r\n', 'proxy_login_method', 'proxyUrl'],
    ['HTTP/1.1 407 Auth\r\nProxy-Authenticate: Negotiate, Basic realm="x"\r\n\r\n', 'proxy_login', 'proxyPassword'],
    ['HTTP/1.1 407 Auth\r\n\r\n', 'proxy_login', 'proxyPassword'],
    ['HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 2\r\n\r\nno', 'not_a_proxy', 'proxyUrl'],
    ['HTTP/1.1 503 Service Unavailable\r\n\r\n', 'proxy_failed', 'host'],
  ])('of HTTP has its reply understood: %j', async (reply, reason, field) => {
    const server = await startMailServer();
    const proxy = await startProxy('http', { reply });
    const { report } = await diagnoseSmtp(settingsFor(server, through(proxy, { login: LOGIN })), buildMail());
    expect(report.steps.at(-1)).toMatchObject({ name: 'tcp', reason, field });
  });

  it.each<[SocksProxyScript, string]>([
    [{ status: 2 }, 'proxy_refused'],
    [{ status: 1 }, 'proxy_failed'],
    [{ status: 3 }, 'proxy_failed'],
    [{ status: 4 }, 'proxy_failed'],
    [{ status: 5 }, 'proxy_failed'],
    [{ status: 7 }, 'not_a_proxy'],
    [{ method: 0xff }, 'proxy_login_method'],
    [{ method: 1 }, 'not_a_proxy'],
  ])('of SOCKS has its reply understood: %j', async (script, reason) => {
    const server = await startMailServer();
    const proxy = await startProxy('socks5', script);
    expect(await failureOf(settingsFor(server, through(proxy, { protocol: 'socks5', login: LOGIN })))).toMatchObject({ reason });
    expect(server.sessions).toEqual([]);
  });

  it('of SOCKS is not sent a login that is too long for it', async () => {
    const server = await startMailServer();
    const proxy = await startProxy('socks5', { login: LOGIN });
    const login = { username: 'ü'.repeat(200), password: 'x' };
    expect(await failureOf(settingsFor(server, through(proxy, { protocol: 'socks5', login })))).toMatchObject({ reason: 'proxy_login' });
    expect(proxy.logins).toEqual([]);
  });

  it('with TLS is verified, and carries TLS to the server', async () => {
    const server = await startMailServer();
    const proxy = await startProxy('https', { tls: certificates.good, login: LOGIN, bundlesGreeting: true });
    const secure = { host: 'localhost', port: proxy.port };
    await WAYS.send!(settingsFor(server, through(secure, { protocol: 'https', login: LOGIN })));
    expect(server.bodies).toHaveLength(1);
    expect(await WAYS.fetch!(settingsFor(server, through(secure, { protocol: 'https', login: LOGIN })))).toMatchObject({ isTrusted: true });
    await proxy.allClosed();
    const untrusted = settingsFor(server, through(secure, { protocol: 'https', login: LOGIN, ca: [] }));
    expect(await failureOf(untrusted)).toMatchObject({ code: 'TLS', reason: 'proxy_tls' });
    const plain = await startProxy('http', {
      raw: (socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    });
    expect(await failureOf(settingsFor(server, through(plain, { protocol: 'https' })))).toMatchObject({ reason: 'proxy_tls' });
    expect(proxy.logins).toHaveLength(2);
  });

  it('is shown in the step of a test', async () => {
    const server = await startMailServer();
    const proxy = await startProxy('http');
    const { report } = await diagnoseSmtp(settingsFor(server, through(proxy)), buildMail());
    expect(report.steps.find(({ name }) => name === 'tcp')).toMatchObject({
      ok: true,
      detail: `127.0.0.1:${proxy.port} → 127.0.0.1:${server.port}`,
    });
  });

  it('ends the search for the security at once if it does not work, and not if it forbids a port', async () => {
    const target = { host: '127.0.0.1', ca: [], egress: resolveEgress() };
    const refusing = await startProxy('http', { reply: 'HTTP/1.1 403 No\r\n\r\n' });
    expect(await catchError(detectSecurity({ ...target, proxy: through(refusing) }))).toMatchObject({ reason: 'proxy_refused' });
    expect(refusing.targets).toEqual(['127.0.0.1:465', '127.0.0.1:587', '127.0.0.1:25']);
    const closed = await startProxy('http', { login: LOGIN });
    expect(await catchError(detectSecurity({ ...target, proxy: through(closed) }))).toMatchObject({ reason: 'proxy_login_required' });
    expect(closed.targets).toEqual(['127.0.0.1:465']);
  });

  it('is not connected to once a test is aborted, and its sockets are closed', async () => {
    const server = await startMailServer();
    const controller = new AbortController();
    const proxy = await startProxy('http', { raw: () => controller.abort(new Error('Stopped')) });
    const test = diagnoseSmtp(settingsFor(server, through(proxy)), buildMail(), { signal: controller.signal });
    await expect(test).rejects.toThrow('Stopped');
    await proxy.allClosed();
  });
});
