import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { splitCertificates } from '../../../options/certificates.js';
import type { FieldProblem } from '../../../shared/mail-error.js';
import { diagnosedError } from '../../../transport/failures/diagnoses.js';
import type { ClientCertificate } from '../../../transport/tls/trust.js';
import type { Secrets, StoredSettings } from '../kind.js';

const PROBLEMS = {
  key_encrypted: 'This private key is encrypted with a passphrase. Decrypt it first, such as with "openssl pkey -in key.pem".',
  key_pem: 'Enter the private key in PEM format. It starts with -----BEGIN PRIVATE KEY-----.',
  key_mismatch: 'This private key belongs to another certificate. The client certificate must come first in its field.',
} as const;

/** Returns the problem of the private key of a client certificate; undefined if it belongs to the first certificate. */
export function keyProblem(key: string, certificates: string | null): FieldProblem | undefined {
  const code = problemOf(key, certificates);
  return code && { code, message: PROBLEMS[code] };
}

function problemOf(pem: string, certificates: string | null): keyof typeof PROBLEMS | undefined {
  // PKCS #8, or the older format with a header (RFC 1421).
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) return 'key_encrypted';
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return 'key_pem';
  }
  const [own] = splitCertificates(certificates);
  return own && new X509Certificate(own).checkPrivateKey(key) ? undefined : 'key_mismatch';
}

/** Returns the client certificate of a configuration with its key; undefined without one. @throws MailError `CONFIG_INVALID` */
export function clientCertificateOf(
  { security, clientCertificate }: StoredSettings,
  { clientKey = '' }: Secrets,
): ClientCertificate | undefined {
  if (!clientCertificate || security === 'none') return undefined;
  // A key of a source is only known now.
  if (keyProblem(clientKey, clientCertificate)) throw diagnosedError('bad_client_key', {}, { phase: 'tls' });
  return { cert: splitCertificates(clientCertificate).join(''), key: clientKey };
}
