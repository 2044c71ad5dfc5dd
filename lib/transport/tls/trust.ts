import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { breakIssuerCycles } from './issuer-cycles.js';

/**
 * Excludes finite-field Diffie-Hellman: in TLS 1.2, a group of the server's choice blocked the event loop for 400 ms (ffdhe8192,
 * measured). Servers that offer it also offer others.
 */
const PROTOCOL = { minVersion: 'TLSv1.2', ciphers: `${tls.DEFAULT_CIPHERS}:!DHE` } as const;

/** The trusted certificates of a list, with Node's own. */
interface Trust {
  pems: readonly string[];
  context: tls.SecureContext;
}

/** A certificate that this machine presents, followed by its intermediate authorities, and its private key; both PEM. */
export interface ClientCertificate {
  cert: string;
  key: string;
}

const trusts = new WeakMap<readonly string[], Trust>();

/**
 * Returns TLS options that trust the given PEMs in addition to Node's own roots. Each is a trust anchor, so that a server's own
 * certificate or an intermediate authority is enough if the root is unknown.
 */
export function tlsOptionsFor(ca: readonly string[], client?: ClientCertificate): tls.ConnectionOptions {
  const base: tls.ConnectionOptions = { ...PROTOCOL, rejectUnauthorized: true };
  if (client) return { ...base, secureContext: contextWith(client, ca) };
  return ca.length === 0 ? base : { ...base, secureContext: trustOf(ca).context };
}

const clientContexts = new WeakMap<ClientCertificate, tls.SecureContext>();

/** Builds the context of a client certificate, which belongs to one list of trusted certificates. */
function contextWith(client: ClientCertificate, ca: readonly string[]): tls.SecureContext {
  const known = clientContexts.get(client);
  if (known) return known;
  const trust = ca.length === 0 ? {} : { ca: [...trustOf(ca).pems] };
  const context = tls.createSecureContext({ ...PROTOCOL, ...trust, ...client, allowPartialTrustChain: true });
  clientContexts.set(client, context);
  return context;
}

/** The error code of a certificate that is not the pinned one. */
export const NOT_PINNED = 'ERR_NOT_PINNED';

/**
 * Returns TLS options that accept one certificate of a server and no other, whatever its names and its issuer. It is the only trust
 * anchor, and its dates are checked as always.
 */
export function tlsOptionsForPin(pem: string, client?: ClientCertificate): tls.ConnectionOptions {
  const { fingerprint256 } = new X509Certificate(pem);
  return {
    rejectUnauthorized: true,
    secureContext: tls.createSecureContext({ ca: pem, ...client, ...PROTOCOL, allowPartialTrustChain: true }),
    // The anchor may be an authority: a certificate that it has issued is another one.
    checkServerIdentity: (_host, certificate) =>
      certificate.fingerprint256 === fingerprint256
        ? undefined
        : Object.assign(new Error('The certificate is not the pinned one'), { code: NOT_PINNED }),
  };
}

/** True if this exact certificate is a trust anchor. */
export function isTrustAnchor(pem: string, ca: readonly string[]): boolean {
  const body = (text: string): string => text.replace(/\s/g, '');
  const wanted = body(pem);
  return (ca.length === 0 ? ownRoots() : trustOf(ca).pems).some((trusted) => body(trusted).includes(wanted));
}

/** Builds the trust of a list. Cached, because reading all the roots takes several milliseconds. */
function trustOf(ca: readonly string[]): Trust {
  const known = trusts.get(ca);
  if (known) return known;
  const pems = breakIssuerCycles([...ownRoots(), ...ca]);
  const trust = { pems, context: tls.createSecureContext({ ca: pems, ...PROTOCOL, allowPartialTrustChain: true }) };
  trusts.set(ca, trust);
  return trust;
}

/**
 * Returns the certificates that Node trusts by default. Setting `ca` replaces them, including NODE_EXTRA_CA_CERTS
 * (nodejs.org/api/tls.html).
 */
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
    // Node warns about an unreadable file at startup and continues without it.
    return [];
  }
}
