import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { makeCertificate, makeKeys, pemOf } from '../support/authorities.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates, makeSelfSigned } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

type Key = { key: string; cert: string };

const leafOf = ({ cert }: Key): string => new X509Certificate(cert).toString();
const fingerprintOf = ({ cert }: Key): string => new X509Certificate(cert).fingerprint256;

/** Makes what `openssl req -x509` makes: a self-signed certificate that is also an authority, without the names of the server. */
async function makeAuthorityOfItself(): Promise<Key> {
  const keys = await makeKeys();
  return { cert: await makeCertificate({ subject: 'CN=localhost', issuer: 'CN=localhost', keys, signer: keys }), key: await pemOf(keys) };
}

/** Makes two servers' certificates of an authority that is pinned itself. */
async function makeIssued(): Promise<{ authority: string; server: Key }> {
  const [ca, own] = [await makeKeys(), await makeKeys()];
  const authority = await makeCertificate({ subject: 'CN=localhost', issuer: 'CN=localhost', keys: ca, signer: ca });
  const plan = { subject: 'CN=server', issuer: 'CN=localhost', keys: own, signer: ca, isAuthority: false, names: ['localhost'] };
  return { authority, server: { cert: await makeCertificate(plan), key: await pemOf(own) } };
}

describe.each(['tls', 'starttls'] as const)('A pinned certificate (%s)', (security) => {
  let certificates: Certificates;
  const serve = useServer();
  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  const serveWith = (tls: Key): Promise<ScriptedServer> => serve({ tls, implicitTls: security === 'tls' });
  const settingsOf = (server: ScriptedServer, pinned: Key, over: Partial<SmtpSettings> = {}): SmtpSettings =>
    buildSettings(server, { host: 'localhost', security, ca: [], pinnedCertificate: leafOf(pinned), ...over });
  const deliver = async (settings: SmtpSettings): Promise<unknown> => {
    const transport = new SmtpTransport(settings);
    try {
      return await transport.send(buildMail());
    } finally {
      await transport.close(0);
    }
  };

  it.each<[string, () => Promise<Key> | Key]>([
    ['whose name does not match', () => certificates.wrongName],
    ['that is self-signed', () => makeSelfSigned({ names: ['mail.other.example'] })],
    ['that is self-signed and an authority', makeAuthorityOfItself],
    ['of an unknown authority', () => certificates.otherCa],
    ['without its intermediate authority', () => certificates.missingIntermediate],
  ])('makes one acceptable %s, in a test and in delivery', async (_what, make) => {
    const tls = await make();
    const server = await serveWith(tls);
    const settings = settingsOf(server, tls);
    const { report } = await diagnoseSmtp(settings, buildMail());
    expect(report).toMatchObject({ ok: true });
    expect(report.steps.find(({ name }) => name === 'tls')?.tls).toMatchObject({ verifiedBy: { kind: 'pinned' } });
    await deliver(settings);
    expect(server.bodies).toHaveLength(2);
    await expect(deliver({ ...settings, pinnedCertificate: undefined })).rejects.toMatchObject({ code: 'CERTIFICATE' });
    expect(server.bodies).toHaveLength(2);
  });

  it('refuses any other certificate of the server, also a valid one and one that the pinned one has issued', async () => {
    const { authority, server: issued } = await makeIssued();
    const cases: [shown: Key, pinned: Key, ca: string[]][] = [
      [certificates.good, certificates.wrongName, [certificates.ca]],
      [await makeSelfSigned(), await makeSelfSigned(), []],
      [certificates.expired, certificates.good, [certificates.ca]],
      [issued, { cert: authority, key: '' }, []],
    ];
    for (const [shown, pinned, ca] of cases) {
      const server = await serveWith(shown);
      const settings = settingsOf(server, pinned, { ca });
      const expected = {
        code: 'CERTIFICATE',
        reason: 'cert_changed',
        values: { host: 'localhost', fingerprint: fingerprintOf(shown) },
        message: expect.stringContaining(fingerprintOf(shown)),
      };
      expect(await catchError(deliver(settings))).toMatchObject(expected);
      const { report, error } = await diagnoseSmtp(settings, buildMail());
      expect(error).toMatchObject(expected);
      expect(report.steps.at(-1)).toMatchObject({ name: 'tls', field: 'pinnedCertificate', tls: { subject: expect.any(String) } });
      expect(server.commands.filter((command) => !/^(EHLO|STARTTLS|QUIT)/.test(command))).toEqual([]);
      await server.close();
    }
  });

  it('is not accepted once it has expired, and before it is valid', async () => {
    const expired = await serveWith(certificates.expired);
    expect(await catchError(deliver(settingsOf(expired, certificates.expired)))).toMatchObject({
      code: 'CERTIFICATE',
      reason: 'cert_pinned_expired',
      message: expect.stringContaining('expired on 12 Mar 2024'),
    });
    const early = await serveWith(certificates.notYetValid);
    expect(await catchError(deliver(settingsOf(early, certificates.notYetValid)))).toMatchObject({ reason: 'cert_not_yet' });
  });

  it('is used when the security is looked up, and not when the certificates are', async () => {
    const server = await serveWith(certificates.otherCa);
    const target = { host: 'localhost', port: server.port, ca: [], egress: resolveEgress() };
    await expect(detectSecurity(target)).rejects.toMatchObject({ reason: 'cert_unknown_ca' });
    expect(await detectSecurity({ ...target, pinnedCertificate: leafOf(certificates.otherCa) })).toMatchObject({ security });
    const chain = await fetchChain({ ...target, security, pinnedCertificate: leafOf(certificates.good) });
    expect(chain).toMatchObject({ isTrusted: false });
    expect(chain.certificates[0]!.fingerprint256).toBe(fingerprintOf(certificates.otherCa));
  });
});
