import { randomBytes, webcrypto } from 'node:crypto';
import type { X509Certificate } from '@peculiar/x509';
import { optionalPeer } from './optional-peer.js';

const DAY_MS = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A server certificate with its key and the authority to trust, all PEM. */
export interface ServerCertificate {
  key: string;
  /** The certificate, followed by intermediates if there are any. */
  cert: string;
  ca: string;
}

/** The options of {@link PrivateCa.issue}. */
export interface CertificateOptions {
  /** DNS names and IP addresses that the certificate is valid for. @default ['localhost', '127.0.0.1', '::1'] */
  names?: string[];
  /** Start of the validity. @default yesterday, so that clocks may differ */
  notBefore?: Date;
  /** End of the validity. @default 825 days from now */
  notAfter?: Date;
}

/** An authority that exists only in memory and signs server certificates. */
export interface PrivateCa {
  /** The authority's own certificate, PEM. */
  readonly certificate: string;
  /** Issues a server certificate. */
  issue(options?: CertificateOptions): Promise<ServerCertificate>;
  /** Makes an authority below this one. Its server certificates come with its own certificate. */
  intermediate(name: string): Promise<PrivateCa>;
}

/** Creates an authority. Its key never leaves the process. Needs `@peculiar/x509`. */
export function createPrivateCa(name = 'Private test CA'): Promise<PrivateCa> {
  return authority(name);
}

interface Issuer {
  keys: webcrypto.CryptoKeyPair;
  certificate: X509Certificate;
  /** Intermediates between this authority and the root, PEM. */
  chain: string;
  root: string;
}

async function authority(name: string, parent?: Issuer): Promise<PrivateCa> {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${name}`,
    issuer: parent?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(Date.now() - 2 * DAY_MS),
    notAfter: new Date(Date.now() + 3_650 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: parent?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pem = certificate.toString('pem');
  const self: Issuer = { keys, certificate, chain: parent ? `\n${pem}${parent.chain}` : '', root: parent?.root ?? pem };
  return {
    certificate: pem,
    issue: (options) => issue(self, options),
    intermediate: (below) => authority(below, self),
  };
}

async function issue(issuer: Issuer, options: CertificateOptions = {}): Promise<ServerCertificate> {
  const x509 = await loadX509();
  const names = options.names ?? ['localhost', '127.0.0.1', '::1'];
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${names[0]}`,
    issuer: issuer.certificate.subject,
    notBefore: options.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + 825 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      // Also usable as a client certificate.
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: /^[\d.]+$|:/.test(name) ? 'ip' : 'dns', value: name }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem') + issuer.chain,
    ca: issuer.root,
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** Returns a positive serial number of 16 octets (RFC 5280 §4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function loadX509() {
  // A dependency (tsyringe) needs the metadata API.
  await import('reflect-metadata');
  return optionalPeer('@peculiar/x509', () => import('@peculiar/x509'));
}
