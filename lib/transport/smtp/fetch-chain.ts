import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate } from 'node:tls';
import type { Egress } from '../../options/egress.js';
import { SmtpSession } from './smtp-session.js';
import type { ConnectionSettings } from './smtp-settings.js';

const DEADLINE_MS = 15_000;
const MAX_CHAIN = 10;

export interface ChainTarget extends ConnectionSettings {
  host: string;
  port: number;
  security: 'starttls' | 'tls';
  egress: Egress;
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: string[];
}

export interface PresentedChain {
  /** The server's own certificate first, each followed by its issuer if it is known. */
  certificates: X509Certificate[];
  /** True if a connection for sending mail would accept the chain without a pinned certificate. */
  isTrusted: boolean;
}

/**
 * Fetches the certificates that a server presents. They are verified as in every session: a session with an untrusted server ends,
 * but its certificates are known by then. Carries no login and no mail, and ends as soon as the handshake is done.
 * @throws MailError `DNS`, `EGRESS`, `CONNECTION`, `TLS`, `TIMEOUT`, or `CONFIG_INVALID` for an unknown security setting
 */
export async function fetchChain(
  { timeoutScale = 1, ...target }: ChainTarget,
  { deadlineMs = DEADLINE_MS * timeoutScale } = {},
): Promise<PresentedChain> {
  let certificates: X509Certificate[] | undefined;
  const timeouts = { dnsMs: deadlineMs, connectMs: deadlineMs, greetingMs: deadlineMs, commandMs: deadlineMs };
  const session = new SmtpSession(
    { ...target, pinnedCertificate: undefined, maxConnections: 1, timeouts },
    {
      onCertificate: (secure) => (certificates = chainOf(secure.getPeerCertificate(true))),
      onEncrypted: () => session.close(),
    },
  );
  session.limit(deadlineMs);
  try {
    await session.connect();
  } catch (error) {
    if (!certificates) throw error;
  } finally {
    session.close();
  }
  return { certificates: certificates ?? [], isTrusted: session.tls !== '' };
}

/** Returns a certificate and its issuers. Node adds a trusted issuer that the server leaves out. */
function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  for (
    let next: DetailedPeerCertificate | undefined = leaf;
    next?.raw && !seen.has(next.fingerprint256) && chain.length < MAX_CHAIN;
    next = next.issuerCertificate
  ) {
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
  }
  return chain;
}
