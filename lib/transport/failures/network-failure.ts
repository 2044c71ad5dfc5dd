import { isIPv6 } from 'node:net';
import type { CauseKey } from './causes.js';
import { ENDLESS, type FailureContext, type SmtpCause, type Verdict } from './failure-context.js';
import { REFUSED_BY_EGRESS } from '../smtp/open-socket.js';

/** A step that took too long: what was waited for, and what usually stands behind it. */
export function timeoutFailure({ afterMs }: SmtpCause, context: FailureContext): Verdict {
  return [lateness(context), { seconds: Math.round((afterMs ?? context.waitedMs) / 100) / 10 }];
}

function lateness({ phase, security, port }: FailureContext): CauseKey {
  switch (phase) {
    case 'dns':
      return 'dns_timeout';
    case 'tcp':
      return port === 25 ? 'port25_timeout' : 'tcp_timeout';
    case 'greeting':
      if (security === 'tls') return 'tls_greeting_timeout';
      return port === 465 ? 'tls_expects_implicit' : 'greeting_timeout';
    case 'tls':
      return security === 'tls' ? 'tls_timeout' : 'starttls_timeout';
    case 'auth':
      return 'auth_timeout';
    case 'sender':
    case 'recipient':
    case 'message':
      return 'message_timeout';
  }
}

/** Everything that ends a session without being about the login, the envelope or the message. */
export function networkFailure(cause: SmtpCause, code: string, context: FailureContext): Verdict {
  const { port, phase } = context;
  if (code === ENDLESS && !cause.response) return ['endless_answer'];
  if (phase === 'dns' || cause.code === 'EDNS') return [code === 'EAI_AGAIN' ? 'dns_unanswered' : 'dns_unknown'];
  if (phase === 'tls' || code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) return tlsFailure(code, context);
  switch (code) {
    case REFUSED_BY_EGRESS:
      return ['egress_refused'];
    case 'ECONNREFUSED':
      return [port === 25 ? 'port25_refused' : 'tcp_refused'];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return [isIPv6(cause.address ?? '') ? 'ipv6_unreachable' : 'unreachable'];
    case 'EACCES':
    case 'EPERM':
    case 'ERR_ACCESS_DENIED':
      return ['local_firewall'];
  }
  if (phase === 'greeting' && cause.response) return refusedSession(cause.response);
  return [phase === 'tcp' ? 'tcp_failed' : 'dropped'];
}

/** A 421: the server hangs up, and often says why. */
export function sessionEnded({ response = '' }: SmtpCause): Verdict {
  if (/too many (?:concurrent |simultaneous )?(?:smtp )?(?:connections|sessions)|4\.7\.650\b|connection (?:count|limit)/i.test(response))
    return ['too_many_connections'];
  return [/rate|too (?:much|many) (?:mail|messages)|throttl|4\.7\.28\b/i.test(response) ? 'rate_limited' : 'session_ended'];
}

const BLOCKED = /block(?:ed|list)|black ?list|spamhaus|\b(?:dns|r)bl\b|barracuda|reputation|banned|\blisted\b/i;

function refusedSession(response: string): Verdict {
  return [BLOCKED.test(response) ? 'address_blocked' : 'session_refused'];
}

function tlsFailure(code: string, { security }: FailureContext): Verdict {
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/.test(code)) return ['tls_too_old'];
  return [isProtocolMismatch(code) && security === 'tls' ? 'tls_expects_starttls' : 'tls_failed'];
}

/** True when the other side does not speak TLS at all, as against speaking it badly. */
export function isProtocolMismatch(code: string): boolean {
  return /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|HTTP_REQUEST|^ECONNRESET$|^ECONNECTION$|^EPIPE$|^ETLS$/.test(
    code,
  );
}
