import { beforeAll, describe, expect, it } from '@jest/globals';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { resolveEgress } from '../../lib/options/egress.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { classifyCertificate } from '../../lib/transport/tls/certificate-problem.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { useServer } from '../support/use-server.js';

/** The name in the certificate. The host is an address. */
const NAME = 'mail.other.example';

describe('The TLS server name', () => {
  let certificates: Certificates;
  const serve = useServer();
  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  it.each(['tls', 'starttls'] as const)(
    'is sent as SNI and checked in the certificate, in a test and in delivery (%s)',
    async (security) => {
      const server = await serve({ tls: certificates.wrongName, implicitTls: security === 'tls' });
      const settings = buildSettings(server, { host: '127.0.0.1', security, ca: [certificates.ca], tlsServerName: NAME });
      expect((await diagnoseSmtp(settings, buildMail())).report).toMatchObject({ ok: true });
      const transport = new SmtpTransport(settings);
      await transport.send(buildMail());
      await transport.close(0);
      expect(server.sessions.map(({ socket }) => (socket as TLSSocket).servername)).toEqual([NAME, NAME]);
      expect(server.bodies).toHaveLength(2);
    },
  );

  it('is checked in place of the host', async () => {
    const server = await serve({ tls: certificates.good });
    const settings = buildSettings(server, { host: 'localhost', security: 'starttls', ca: [certificates.ca], tlsServerName: NAME });
    const { error } = await diagnoseSmtp(settings, buildMail());
    expect(error).toMatchObject({
      code: 'CERTIFICATE',
      reason: 'cert_name',
      values: { host: NAME, field: 'tlsServerName' },
      message: expect.stringContaining(`not valid for ${NAME}`),
    });
    expect(server.bodies).toEqual([]);
  });

  it('is the remedy for an address and an alias, and the host for any other name', async () => {
    const server = await serve({ tls: certificates.wrongName });
    const fieldOf = async (host: string) => {
      const settings = buildSettings(server, { host, security: 'starttls', ca: [certificates.ca] });
      return (await diagnoseSmtp(settings, buildMail())).report.steps.at(-1)!.field;
    };
    expect([await fieldOf('127.0.0.1'), await fieldOf('localhost')]).toEqual(['tlsServerName', 'tlsServerName']);
    const named = { subjectaltname: `DNS:${NAME}` } as PeerCertificate;
    expect(classifyCertificate('ERR_TLS_CERT_ALTNAME_INVALID', { host: 'smtp.example.com' }, named)).toMatchObject([
      'cert_name',
      { field: 'host' },
    ]);
  });

  it('is used when the security or the certificates are looked up', async () => {
    const server = await serve({ tls: certificates.wrongName });
    const target = { host: '127.0.0.1', port: server.port, ca: [certificates.ca], egress: resolveEgress() };
    await expect(detectSecurity(target)).rejects.toMatchObject({ reason: 'cert_name' });
    expect(await detectSecurity({ ...target, tlsServerName: NAME })).toMatchObject({ security: 'starttls' });
    expect((await fetchChain({ ...target, security: 'starttls' })).isTrusted).toBe(false);
    expect((await fetchChain({ ...target, security: 'starttls', tlsServerName: NAME })).isTrusted).toBe(true);
  });
});
