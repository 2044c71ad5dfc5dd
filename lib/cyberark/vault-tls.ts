import { X509Certificate } from 'node:crypto';
import type { Agent } from 'node:https';
import { type ConnectionOptions, createSecureContext, type SecureContextOptions } from 'node:tls';
import { type Check, type OptionChecker, optional } from '../shared/option-checker.js';
import { certificateBlocks } from '../shared/pem.js';

/** TLS settings for a vault. */
export interface VaultTls extends Pick<ConnectionOptions, 'cert' | 'key' | 'passphrase' | 'pfx'> {
  /** PEM certificates to trust instead of Node's own. @default Node's own */
  ca?: string | string[];
  /** Makes the connections, for instance through a proxy. @default a new connection for each request */
  agent?: Agent;
}

/** The TLS settings after the checks. */
export type CheckedTls = { [K in keyof Required<VaultTls>]: VaultTls[K] };

const MAX_BYTES = 1_048_576;
const MAX_ENTRIES = 100;
const GIVE_CONTENT = 'Pass the content of the file, not its path.';

/** Makes the check of the TLS settings. Certificates and keys are read here, so that a wrong one is found at start. */
export function vaultTls(checker: OptionChecker): Check<CheckedTls> {
  const { badOption, options } = checker;
  const { passphrase, ca, content, agent } = partsOf(checker);
  const parts = options<CheckedTls>({
    ca: [optional(ca), undefined],
    cert: [optional(content<'cert'>()), undefined],
    key: [optional(content<'key'>('pem')), undefined],
    pfx: [optional(content<'pfx'>('buf')), undefined],
    passphrase: [optional(passphrase), undefined],
    agent: [optional(agent), undefined],
  });
  return (value, option) => {
    const tls = parts(value, option);
    const { cert, key, pfx, passphrase: words } = tls;
    const expectUsable = (name: string, what: string, remedy: string, given: SecureContextOptions): void => {
      if (!isUsable(given)) throw badOption(`${option}.${name}`, what, remedy);
    };
    if (cert !== undefined) {
      expectUsable('cert', 'cannot be read', `Pass a certificate in PEM. ${GIVE_CONTENT}`, { cert });
      if (key === undefined) throw badOption(`${option}.key`, 'is missing', 'Pass the key of the certificate in PEM.');
    }
    if (key !== undefined) {
      expectUsable('key', 'cannot be read', `Pass a key in PEM, and its passphrase if it has one. ${GIVE_CONTENT}`, {
        key,
        passphrase: words,
      });
      if (cert === undefined) throw badOption(`${option}.cert`, 'is missing', 'Pass the certificate of the key in PEM.');
      expectUsable('key', 'is not the key of the certificate', 'Pass the key that belongs to it.', { cert, key, passphrase: words });
    }
    if (pfx !== undefined)
      expectUsable('pfx', 'cannot be read', `Pass a PKCS #12 archive, and its passphrase. ${GIVE_CONTENT}`, { pfx, passphrase: words });
    return tls;
  };
}

/** Makes the checks of the single settings. */
function partsOf({ badOption, checkOptions, line, listOf }: OptionChecker) {
  const passphrase = line(1_000, 'Pass the passphrase of the key, or leave it out.');
  const bytes: Check<string | Buffer> = (value, option) => {
    if (typeof value !== 'string' && !Buffer.isBuffer(value)) throw badOption(option, 'is neither a text nor a Buffer', GIVE_CONTENT);
    if (value.length === 0) throw badOption(option, 'is empty', GIVE_CONTENT);
    if (value.length > MAX_BYTES) throw badOption(option, 'is longer than 1 MiB', GIVE_CONTENT);
    return value;
  };
  /** Makes the check of a content or a list of them; in a list, a content may have a passphrase of its own. */
  const content = <K extends 'cert' | 'key' | 'pfx'>(wrapper?: 'pem' | 'buf'): Check<NonNullable<VaultTls[K]>> => {
    const isWrapped = (value: unknown): boolean =>
      wrapper !== undefined && typeof value === 'object' && value !== null && !Buffer.isBuffer(value);
    const entries = listOf<unknown>(MAX_ENTRIES, (value, option) =>
      isWrapped(value)
        ? checkOptions<Record<string, unknown>>(
            value,
            { [wrapper!]: [bytes, undefined], passphrase: [optional(passphrase), undefined] },
            option,
          )
        : bytes(value, option),
    );
    return (value, option) => {
      if (!Array.isArray(value)) return bytes(value, option);
      const found = entries(value, option);
      if (found.length === 0) throw badOption(option, 'is empty', GIVE_CONTENT);
      return found as NonNullable<VaultTls[K]>;
    };
  };
  const certificates: Check<string> = (value, option) => {
    if (typeof value === 'string' && value.length <= MAX_BYTES && isCertificates(value)) return value;
    throw badOption(option, 'contains no PEM certificate that can be read', GIVE_CONTENT);
  };
  const list = listOf(MAX_ENTRIES, certificates);
  const ca: Check<string | string[]> = (value, option) => {
    const found = Array.isArray(value) ? list(value, option) : certificates(value, option);
    if (found.length === 0) throw badOption(option, 'is empty', 'Leave it out to trust the certificates that Node trusts.');
    return found;
  };
  const agent: Check<Agent> = (value, option) => {
    if (typeof (Object(value) as { addRequest?: unknown }).addRequest === 'function') return value as Agent;
    throw badOption(option, 'is not an Agent', 'Pass an Agent of node:https, or one that makes connections through a proxy.');
  };
  return { passphrase, content, ca, agent };
}

/** Returns true if OpenSSL reads it. Its errors are not shown; without the list of CAs they take no time. */
function isUsable(given: SecureContextOptions): boolean {
  try {
    createSecureContext({ ...given, ca: [] });
    return true;
  } catch {
    return false;
  }
}

function isCertificates(pem: string): boolean {
  try {
    return certificateBlocks(pem).map((block) => new X509Certificate(block)).length > 0;
  } catch {
    return false;
  }
}
