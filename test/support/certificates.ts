import { createPrivateCa, type PrivateCa, type ServerCertificate } from '../../lib/testing/private-ca.js';

const DAY_MS = 86_400_000;

/** One authority, and valid and invalid server certificates. */
export interface Certificates {
  authority: PrivateCa;
  /** The certificate to trust, in PEM. */
  ca: string;
  good: ServerCertificate;
  expired: ServerCertificate;
  notYetValid: ServerCertificate;
  /** Valid for `mail.other.example` only. */
  wrongName: ServerCertificate;
  /** Issued by an intermediate authority that the server sends along. */
  throughIntermediate: ServerCertificate;
  /** The same certificate without the intermediate, which cannot be verified. */
  missingIntermediate: ServerCertificate;
  /** Issued by an authority that is not trusted. */
  otherCa: ServerCertificate;
}

export async function makeCertificates(): Promise<Certificates> {
  const authority = await createPrivateCa('Example Root CA');
  const intermediate = await authority.intermediate('Example Issuing CA');
  const other = await createPrivateCa('Foreign CA');
  const throughIntermediate = await intermediate.issue();
  const leaf = throughIntermediate.cert.split(/(?<=-----END CERTIFICATE-----)/)[0]!;
  return {
    authority,
    ca: authority.certificate,
    good: await authority.issue(),
    expired: await authority.issue({ notBefore: new Date('2024-01-01'), notAfter: new Date('2024-03-12') }),
    notYetValid: await authority.issue({ notBefore: new Date(Date.now() + 30 * DAY_MS) }),
    wrongName: await authority.issue({ names: ['mail.other.example'] }),
    throughIntermediate,
    missingIntermediate: { ...throughIntermediate, cert: leaf },
    otherCa: await other.issue(),
  };
}

/** Makes a self-signed server certificate, like `openssl req -x509` with `CA:FALSE`. */
export async function makeSelfSigned(options: { names?: string[]; notAfter?: Date } = {}): Promise<{ key: string; cert: string }> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { webcrypto } = await import('node:crypto');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = options.names ?? ['localhost', '127.0.0.1'];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${names[0]}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + 90 * DAY_MS),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: /^[\d.]+$/.test(name) ? 'ip' : 'dns', value: name }))),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`, cert: certificate.toString('pem') };
}

/** Makes a server certificate with dates that cannot be parsed. */
export async function makeUndated(): Promise<{ key: string; cert: string }> {
  const { key, cert } = await makeSelfSigned();
  const bytes = Buffer.from(cert.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  // UTCTime, 13 characters (RFC 5280 §4.1.2.5.1).
  for (let at = bytes.indexOf('170d', 'hex'); at >= 0; at = bytes.indexOf('170d', at + 15, 'hex')) bytes.write('9999999999999', at + 2);
  return { key, cert: `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n` };
}
