import type { Egress } from '../../options/egress.js';
import { MailError } from '../../shared/mail-error.js';
import { causeError } from '../failures/causes.js';
import { isProtocolMismatch } from '../failures/network-failure.js';
import { SmtpClient } from './smtp-client.js';
import { causeCode } from '../failures/smtp-failure.js';
import type { SmtpSecurity, SmtpTimeouts } from './smtp-settings.js';

/** One attempt gets at most this much, so that a silent port leaves time for the next one. */
const PROBE_MS = 5_000;

export interface DetectedSecurity {
  security: SmtpSecurity;
  port: number;
  /** What was found, one line. */
  detail: string;
}

/** Which server to ask; without a port the usual ones are tried. */
interface Target {
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
 * Finds the safest security a server offers: TLS, then STARTTLS, then none, without credentials. It goes on
 * to the next only when the server does not speak the protocol at all. A certificate that is not trusted, a
 * version of TLS that is too old or a STARTTLS that fails is an answer, and ends the search: going on would
 * hand an attacker the downgrade (RFC 8314 §5).
 *
 * `none` only reports that nothing better was found; using it is for an admin to decide.
 * @throws MailError when nothing was found
 */
export async function detectSecurity(
  target: Target,
  options: { deadlineMs?: number; signal?: AbortSignal } = {},
): Promise<DetectedSecurity> {
  const deadline = Date.now() + (options.deadlineMs ?? 15_000);
  const plainPorts = new Set<number>();
  let failure: MailError | undefined;
  const candidates = candidatesFor(target);
  for (const candidate of candidates) {
    const remaining = deadline - Date.now();
    if (remaining <= 0) break;
    // A port that was silent or closed a moment ago is not asked again for less.
    if (candidate.security === 'none' && !plainPorts.has(candidate.port)) continue;
    const found = await probe(target, candidate, Math.min(PROBE_MS, remaining), options.signal);
    if (!(found instanceof MailError)) return found;
    if (candidate.security === 'starttls' && found.code === 'TLS') plainPorts.add(candidate.port);
    failure = found;
  }
  if (target.port && failure) throw failure;
  const ports = [...new Set(candidates.map(({ port }) => port))].join(', ');
  throw causeError('not_detected', { host: target.host, ports }, { cause: failure });
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
  // The first attempt is refused then, in the words of any other.
  return permitted.length > 0 ? permitted : usual;
}

/** Answers what it found, or the failure after which the next candidate may be tried. */
async function probe(
  target: Target,
  { security, port }: Candidate,
  limitMs: number,
  signal?: AbortSignal,
): Promise<DetectedSecurity | MailError> {
  const timeouts: Partial<SmtpTimeouts> = { dnsMs: limitMs, connectMs: limitMs, greetingMs: limitMs, commandMs: limitMs };
  const { host, ca, egress } = target;
  const client = new SmtpClient({ host, port, security, egress, ca, maxConnections: 1, timeouts });
  client.limit(limitMs);
  const stop = () => client.close();
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    await client.connect();
    return { security, port, detail: client.tls || `No encryption: the server offers none on port ${port}.` };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof MailError && isMismatch(error, client, { security, isGiven: target.port !== undefined })) return error;
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await client.quit();
  }
}

/** Whether the failure only says that this port does not speak this protocol. */
function isMismatch(error: MailError, client: SmtpClient, { security, isGiven }: { security: SmtpSecurity; isGiven: boolean }): boolean {
  // Offered and failing is not the same as not offered.
  if (security === 'starttls' && client.advertises('STARTTLS')) return false;
  // Whoever answers in SMTP, and says no, has answered: it may be busy, or keep this machine out.
  if (client.phase === 'greeting' && error.response && error.code !== 'TLS' && error.reason !== 'not_smtp') return false;
  const isUnreached = client.phase === 'dns' || client.phase === 'tcp';
  switch (error.code) {
    case 'TLS':
      return isProtocolMismatch(causeCode(error));
    case 'TIMEOUT':
    case 'CONNECTION':
      // Without a port to go by, a closed one only means that the server uses another.
      return !isUnreached || !isGiven;
    default:
      return false;
  }
}
