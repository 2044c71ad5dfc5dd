import { isIPv6 } from 'node:net';
import { networkProblem } from '../../io/network-error.js';
import type { ReasonValues } from '../../shared/mail-error.js';
import { hostAndPort } from '../../shared/proxy-url.js';
import type { FailureReason } from './diagnoses.js';
import { ENDLESS_REPLY, type FailureContext, type SmtpFailure, type Classification } from './failure-context.js';
import { NO_SUCH_FAMILY, REFUSED_BY_EGRESS } from '../smtp/open-socket.js';

/** Diagnoses a timeout by its phase. */
export function classifyTimeout({ afterMs }: SmtpFailure, context: FailureContext): Classification {
  const seconds = Math.round((afterMs ?? context.waitedMs) / 100) / 10;
  return [timeoutReason(context), { seconds, ...(context.phase === 'tcp' && proxyValues(context)) }];
}

/** Diagnoses a failure at the proxy. */
export function classifyProxy({ reason }: SmtpFailure, context: FailureContext): Classification {
  return [reason!, proxyValues(context)];
}

/** Returns the proxy for the sentences about it. */
const proxyValues = ({ proxy }: FailureContext): ReasonValues => (proxy ? { proxy: hostAndPort(proxy), protocol: proxy.protocol } : {});

function timeoutReason({ phase, security, port, proxy }: FailureContext): FailureReason {
  switch (phase) {
    case 'dns':
      return 'dns_timeout';
    case 'tcp':
      if (proxy) return 'proxy_timeout';
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

/** Diagnoses a failure that does not concern the login, the envelope or the message. */
export function classifyNetwork(failure: SmtpFailure, code: string, context: FailureContext): Classification {
  const { port, phase, isEncrypted, localAddress = '', proxy } = context;
  if (code === ENDLESS_REPLY && !failure.response) return ['endless_reply'];
  const problem = networkProblem(code);
  if (phase === 'dns' || failure.code === 'EDNS') return [problem === 'dns_unanswered' ? 'dns_unanswered' : 'dns_unknown'];
  // TLS 1.3 reports a missing client certificate only after the handshake.
  if (problem === 'client_certificate') return ['client_certificate'];
  if (phase === 'tls' && !isEncrypted) return classifyTls(code, context);
  if (code === REFUSED_BY_EGRESS) return ['egress_refused'];
  if (code === NO_SUCH_FAMILY) return ['local_address_family', { localAddress, ...(proxy && { host: proxy.host }) }];
  if (localAddress && failure.syscall === 'bind') return ['local_address', { localAddress }];
  switch (problem) {
    case 'tls':
      return classifyTls(code, context);
    case 'refused':
      return [port === 25 ? 'port25_refused' : 'tcp_refused'];
    case 'no_route':
      return [isIPv6(failure.address ?? '') ? 'ipv6_unreachable' : 'unreachable'];
    case 'not_permitted':
      return ['local_firewall'];
    default:
      if (isEncrypted && (phase === 'tls' || phase === 'greeting')) return ['tls_dropped'];
      return [phase === 'tcp' ? 'tcp_failed' : 'dropped'];
  }
}

function classifyTls(code: string, { security }: FailureContext): Classification {
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/.test(code)) return ['tls_too_old'];
  return [isProtocolMismatch(code) && security === 'tls' ? 'tls_expects_starttls' : 'tls_failed'];
}

/** True if the other side does not speak TLS at all. */
export function isProtocolMismatch(code: string): boolean {
  return /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|HTTP_REQUEST|^ECONNRESET$|^ECONNECTION$|^EPIPE$|^ETLS$/.test(
    code,
  );
}
