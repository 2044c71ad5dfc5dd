import { webcrypto } from 'node:crypto';
import type { JsonNameParams } from '@peculiar/x509';

const DAY_MS = 86_400_000;
const ALGORITHMS = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) },
} as const;

/** A key pair for certificates, with the name of its kind. */
export interface TestKeys extends webcrypto.CryptoKeyPair {
  kind: keyof typeof ALGORITHMS;
}

/** The contents of a certificate, which need not be consistent with its signature. */
export interface TestCertificate {
  subject: string | JsonNameParams;
  issuer: string | JsonNameParams;
  keys: TestKeys;
  signer: TestKeys;
  isAuthority?: boolean;
  /** The only permitted use of the key (RFC 5280 §4.2.1.3). @default no such extension */
  usage?: KeyUsage;
  /** Hexadecimal. @default no such extensions */
  subjectKeyId?: string;
  authorityKeyId?: string;
  names?: string[];
  notAfter?: Date;
}

export type KeyUsage = 'keyCertSign' | 'digitalSignature';

export async function makeKeys(kind: TestKeys['kind'] = 'ec'): Promise<TestKeys> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify']);
  return { ...keys, kind };
}

/** Exports the private key in the format that servers take. */
export async function pemOf({ privateKey }: TestKeys): Promise<string> {
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

/** Makes a certificate in PEM. */
export async function makeCertificate(plan: TestCertificate): Promise<string> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { subject, issuer, keys, signer, isAuthority = true, usage, subjectKeyId, authorityKeyId, names = [], notAfter } = plan;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: typeof subject === 'string' ? subject : new x509.Name(subject),
    issuer: typeof issuer === 'string' ? issuer : new x509.Name(issuer),
    notBefore: new Date(Date.now() - 400 * DAY_MS),
    notAfter: notAfter ?? new Date(Date.now() + 90 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: ALGORITHMS[signer.kind],
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      ...(usage === undefined ? [] : [new x509.KeyUsagesExtension(x509.KeyUsageFlags[usage], true)]),
      ...(subjectKeyId === undefined ? [] : [new x509.SubjectKeyIdentifierExtension(subjectKeyId)]),
      ...(authorityKeyId === undefined ? [] : [new x509.AuthorityKeyIdentifierExtension(authorityKeyId)]),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))]),
    ],
  });
  return certificate.toString('pem');
}

/** Makes two authorities that name each other as issuer, of which one may be unable to sign, and a server certificate below one. */
export async function makeIssuerCycle({ usage }: { usage?: KeyUsage } = {}): Promise<{
  authorities: string[];
  server: { key: string; cert: string };
}> {
  const [east, west, own] = [await makeKeys(), await makeKeys(), await makeKeys()];
  const authorities = [
    await makeCertificate({ subject: 'CN=East CA', issuer: 'CN=West CA', keys: east, signer: west }),
    await makeCertificate({ subject: 'CN=West CA', issuer: 'CN=East CA', keys: west, signer: east, usage }),
  ];
  const leaf = { subject: 'CN=localhost', issuer: 'CN=East CA', keys: own, signer: east, isAuthority: false, names: ['localhost'] };
  return { authorities, server: { cert: await makeCertificate(leaf), key: await pemOf(own) } };
}
