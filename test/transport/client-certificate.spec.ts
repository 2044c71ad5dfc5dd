import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TLSSocket, createServer } from 'node:tls';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { createPrivateCa, type ServerCertificate } from '../../lib/testing/private-ca.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates, makeSelfSigned } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

describe.each([
  ['tls', 'TLSv1.3'],
  ['starttls', 'TLSv1.3'],
  ['tls', 'TLSv1.2'],
  ['starttls', 'TLSv1.2'],
] as const)('A client certificate (%s, %s)', (security, maxVersion) => {
  let certificates: Certificates;
  /** Issued by an intermediate authority, which is presented along. */
  let client: ServerCertificate;
  let expired: ServerCertificate;
  const serve = useServer();

  beforeAll(async () => {
    certificates = await makeCertificates();
    const authority = await createPrivateCa('Client CA');
    client = await (await authority.intermediate('Client Issuing CA')).issue({ names: ['app.acme.io'] });
    expired = await authority.issue({ names: ['app.acme.io'], notBefore: new Date('2024-01-01'), notAfter: new Date('2024-03-12') });
  });

  const start = (script: ServerScript = {}): Promise<ScriptedServer> =>
    serve({
      tls: { ...certificates.good, ca: client.ca, maxVersion },
      implicitTls: security === 'tls',
      wantsClientCertificate: true,
      ...script,
    });
  const settingsOf = (server: ScriptedServer, over: Partial<SmtpSettings> = {}): SmtpSettings =>
    buildSettings(server, { host: 'localhost', security, ca: [certificates.ca], ...over });
  const deliver = async (settings: SmtpSettings): Promise<unknown> => {
    const transport = new SmtpTransport(settings);
    try {
      return await transport.send(buildMail());
    } finally {
      await transport.close(0);
    }
  };

  it.each(['trusted', 'in the private CA', 'pinned'])(
    'is presented with its intermediate authorities, in a test and in delivery, to a server that is %s',
    async (how) => {
      const own = how === 'trusted' ? certificates.good : await makeSelfSigned();
      const seen: unknown[] = [];
      const server = await start({
        tls: { key: own.key, cert: own.cert, ca: client.ca, maxVersion },
        reply(command, { socket }) {
          if (!command.startsWith('MAIL')) return undefined;
          const { subject, issuerCertificate } = (socket as TLSSocket).getPeerCertificate(true);
          seen.push([subject.CN, issuerCertificate.subject.CN]);
          return undefined;
        },
      });
      const settings = settingsOf(server, {
        ca: how === 'pinned' ? [] : [how === 'trusted' ? certificates.ca : own.cert],
        pinnedCertificate: how === 'pinned' ? own.cert : undefined,
        client: { cert: client.cert, key: client.key },
      });
      expect((await diagnoseSmtp(settings, buildMail())).report).toMatchObject({ ok: true });
      await deliver(settings);
      expect(seen).toEqual([
        ['app.acme.io', 'Client Issuing CA'],
        ['app.acme.io', 'Client Issuing CA'],
      ]);
      expect(server.bodies).toHaveLength(2);
    },
  );

  it('is the remedy of a server that requires one', async () => {
    const server = await start();
    // With TLS 1.2, the alert of OpenSSL does not say what is missing.
    const isNamed = maxVersion === 'TLSv1.3';
    const expected = {
      code: 'TLS',
      reason: isNamed ? 'client_certificate' : 'tls_failed',
      message: expect.stringContaining('client certificate'),
      fault: 'server',
    };
    expect(await catchError(deliver(settingsOf(server)))).toMatchObject(expected);
    const { report, error } = await diagnoseSmtp(settingsOf(server), buildMail());
    expect(error).toMatchObject(expected);
    expect(report.steps.at(-1)).toMatchObject({ ok: false, field: isNamed ? 'clientCertificate' : 'security' });
    expect(server.bodies).toEqual([]);
  });

  it.each<[string, () => ServerCertificate, string]>([
    ['one that is valid', () => client, 'client_certificate_refused'],
    ['one that has expired', () => expired, 'client_certificate_expired'],
  ])('leads to its field if the server refuses %s', async (_what, presentedOne, reason) => {
    const server = await start({
      reply: (command) => (command.startsWith('MAIL') ? '550 5.7.1 Client certificate not trusted' : undefined),
    });
    const { cert, key } = presentedOne();
    const settings = settingsOf(server, { client: { cert, key } });
    const { report, error } = await diagnoseSmtp(settings, buildMail());
    expect(error).toMatchObject({ reason });
    expect(report.steps.at(-1)).toMatchObject({ ok: false, field: 'clientCertificate' });
    if (reason === 'client_certificate_expired') expect(error?.message).toContain('12 Mar 2024');
  });
});

describe('A client certificate of another authority', () => {
  it('ends with a server that drops the connection', async () => {
    const { good, ca } = await makeCertificates();
    const { cert, key } = await makeSelfSigned();
    const server = createServer(
      { ...good, ca, requestCert: true, rejectUnauthorized: true },
      (socket) => void socket.end('220 mail ESMTP\r\n'),
    );
    server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const settings = buildSettings({ host: 'localhost', port, security: 'tls' }, { ca: [ca], client: { cert, key } });
    const { report, error } = await diagnoseSmtp(settings, buildMail());
    expect(report.ok).toBe(false);
    expect(error).toMatchObject({ reason: 'tls_dropped', message: expect.stringContaining('client certificate') });
    server.close();
  });
});
