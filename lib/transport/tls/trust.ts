import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { breakIssuerCycles } from './issuer-cycles.js';

/** TLS 1.2 with a finite-field Diffie-Hellman group of the server's choice blocked the event loop for 400 ms (ffdhe8192). Servers that offer it offer others, too. */
const PROTOCOL = { minVersion: 'TLSv1.2', ciphers: `${tls.DEFAULT_CIPHERS}:!DHE` } as const;

/** Everything that is trusted with a list of certificates. */
interface Trust {
  pems: readonly string[];
  context: tls.SecureContext;
}

const trusts = new WeakMap<readonly string[], Trust>();

/**
 * Returns TLS options that trust the given PEMs in addition to Node's own roots. Each is trusted by itself, so that a server's
 * own certificate or an intermediate authority is enough where the root is not known.
 */
export function tlsOptionsFor(ca: readonly string[]): tls.ConnectionOptions {
  const base: tls.ConnectionOptions = { ...PROTOCOL, rejectUnauthorized: true };
  return ca.length === 0 ? base : { ...base, secureContext: trustOf(ca).context };
}

/** Returns true when this very certificate is trusted. */
export function isTrustAnchor(pem: string, ca: readonly string[]): boolean {
  const body = (text: string): string => text.replace(/\s/g, '');
  const wanted = body(pem);
  return (ca.length === 0 ? ownRoots() : trustOf(ca).pems).some((trusted) => body(trusted).includes(wanted));
}

/** Builds the trust of a list. The result is kept, because reading all the roots takes several milliseconds. */
function trustOf(ca: readonly string[]): Trust {
  const known = trusts.get(ca);
  if (known) return known;
  const pems = breakIssuerCycles([...ownRoots(), ...ca]);
  const trust = { pems, context: tls.createSecureContext({ ca: pems, ...PROTOCOL, allowPartialTrustChain: true }) };
  trusts.set(ca, trust);
  return trust;
}

/** Returns the certificates that Node trusts by itself. Setting `ca` replaces them, NODE_EXTRA_CA_CERTS included (nodejs.org/api/tls.html). */
function ownRoots(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
  if (getCACertificates) return getCACertificates('default');
  return [...tls.rootCertificates, ...extraRoots()];
}

function extraRoots(): string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  if (!file) return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    // Node warns about an unreadable file at start and continues without it.
    return [];
  }
}
