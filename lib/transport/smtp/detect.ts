import type { Egress } from '../../options/egress.js';
import { MailError } from '../../shared/mail-error.js';
import { diagnosedError, type FailureReason } from '../failures/diagnoses.js';
import { isProtocolMismatch } from '../failures/network-failure.js';
import { SmtpSession } from './smtp-session.js';
import { PROXY_FAILED } from './proxy-failure.js';
import { nodeCodeOf } from '../failures/smtp-failure.js';
import type { ConnectionSettings, SmtpSecurity, SmtpTimeouts } from './smtp-settings.js';

/** Limit of one attempt, so that a silent port leaves time for the next. */
const PROBE_MS = 5_000;
/** Limit of all attempts. */
const DEADLINE_MS = 15_000;

export interface DetectedSecurity {
  security: SmtpSecurity;
  port: number;
  /** The finding in one line. */
  detail: string;
}

/** The server to probe. Without a port, the usual ones are tried. */
interface Target extends ConnectionSettings {
  host: string;
  port?: number;
  egress: Egress;
  ca: string[];
}

interface Candidate {
  security: SmtpSecurity;
  port: number;
}

/**
 * Finds the safest security that a server offers, without credentials: TLS, then STARTTLS, then none. It tries the next one only if
 * the server does not speak the protocol at all. An untrusted certificate, an outdated TLS version or a failing STARTTLS ends the
 * search: falling back would let an attacker force a downgrade (RFC 8314 §5).
 *
 * `none` means that nothing better was found; an admin decides whether to use it. @throws MailError if nothing was found
 */
export async function detectSecurity(
  target: Target,
  options: { deadlineMs?: number; signal?: AbortSignal } = {},
): Promise<DetectedSecurity> {
  const { timeoutScale = 1, ...server } = target;
  const deadline = Date.now() + (options.deadlineMs ?? DEADLINE_MS * timeoutScale);
  const plainPorts = new Set<number>();
  let failure: MailError | undefined;
  const candidates = candidatesFor(target);
  for (const candidate of candidates) {
    const remaining = deadline - Date.now();
    if (remaining <= 0) break;
    // Skips a port that was just found silent or closed.
    if (candidate.security === 'none' && !plainPorts.has(candidate.port)) continue;
    const found = await probe(server, candidate, Math.min(PROBE_MS * timeoutScale, remaining), options.signal);
    if (!(found instanceof MailError)) return found;
    if (candidate.security === 'starttls' && found.code === 'TLS') plainPorts.add(candidate.port);
    failure = found;
  }
  if (failure && (target.port || isProxyFailure(failure))) throw failure;
  const ports = [...new Set(candidates.map(({ port }) => port))].join(', ');
  throw diagnosedError('not_detected', { host: target.host, ports }, { cause: failure });
}

function candidatesFor({ port, egress }: Target): Candidate[] {
  if (port)
    return [
      { security: 'tls', port },
      { security: 'starttls', port },
      { security: 'none', port },
    ];
  const usual: Candidate[] = [
    { security: 'tls', port: 465 },
    { security: 'starttls', port: 587 },
    { security: 'starttls', port: 25 },
    { security: 'none', port: 587 },
    { security: 'none', port: 25 },
  ];
  const permitted = usual.filter((candidate) => egress.permitsPort(candidate.port));
  // Without a permitted port, the first attempt fails as any other connection would.
  return permitted.length > 0 ? permitted : usual;
}

/** Tries one candidate. Returns a failure after which the next candidate may be tried. @throws any other failure */
async function probe(
  target: Omit<Target, 'timeoutScale'>,
  { security, port }: Candidate,
  limitMs: number,
  signal?: AbortSignal,
): Promise<DetectedSecurity | MailError> {
  const timeouts: Partial<SmtpTimeouts> = { dnsMs: limitMs, connectMs: limitMs, greetingMs: limitMs, commandMs: limitMs };
  const client = new SmtpSession({ ...target, port, security, maxConnections: 1, timeouts });
  client.limit(limitMs);
  const stop = () => client.close();
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    await client.connect();
    return { security, port, detail: client.tls || `The server offers no encryption on port ${port}.` };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof MailError && isMismatch(error, client, { security, isGiven: target.port !== undefined })) return error;
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await client.quit();
  }
}

/** Failures at a proxy that concern one port of the server. */
const ALLOWS_OTHERS: readonly string[] = ['proxy_refused', 'proxy_failed', 'proxy_timeout'] satisfies FailureReason[];

/** True if a failure only means that this port does not speak this protocol. */
function isMismatch(error: MailError, client: SmtpSession, { security, isGiven }: { security: SmtpSecurity; isGiven: boolean }): boolean {
  // A STARTTLS that is offered but fails is not a mismatch.
  if (security === 'starttls' && client.advertises('STARTTLS')) return false;
  // The port speaks TLS, so nothing less is tried there.
  if (client.tls) return false;
  // An SMTP reply that refuses the session is no mismatch: the server may be busy, or may not accept this machine.
  if (client.phase === 'greeting' && error.reply && error.code !== 'TLS' && error.reason !== 'not_smtp') return false;
  const isUnreached = client.phase === 'dns' || client.phase === 'tcp';
  switch (error.code) {
    case 'TLS':
      return isProtocolMismatch(nodeCodeOf(error));
    case 'TIMEOUT':
    case 'CONNECTION':
      // The proxy may allow another port; but one that does not work does so for none.
      if (isProxyFailure(error)) return !isGiven && ALLOWS_OTHERS.includes(error.reason!);
      // If no port was given, a closed one only means that the server uses another.
      return !isUnreached || !isGiven;
    default:
      return false;
  }
}

const isProxyFailure = (error: MailError): boolean => error.reason === 'proxy_timeout' || nodeCodeOf(error) === PROXY_FAILED;
