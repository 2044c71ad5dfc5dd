import type { MailError, MailErrorDetails } from '../../shared/mail-error.js';
import { diagnosedError } from './diagnoses.js';
import { networkProblem } from '../../io/network-error.js';
import { classifyCertificate } from '../tls/certificate-problem.js';
import type { HttpsResponse, HttpsFailure } from '../../io/https-client.js';

const IS_DATE = /expired|not_yet/;
const MAX_WAIT_MS = 86_400_000;

/** Converts a request without a response to an error. Pass `lostResponse` for a request that delivers a mail, which may have arrived. */
export function toHttpsError(failure: HttpsFailure, phase: string, lostResponse?: { reply: string }): MailError {
  const { code, host, stage, certificate } = failure;
  const details: MailErrorDetails = { phase, cause: failure };
  if (stage === 'written' && lostResponse) {
    return diagnosedError('https_response_lost', { host }, { ...details, ...lostResponse, phase: 'message' });
  }
  if (stage !== 'connecting') {
    const midway = phase === 'token' ? phase : 'message';
    return diagnosedError(code === 'ETIMEDOUT' ? 'https_no_response' : 'https_dropped', { host }, { ...details, phase: midway });
  }
  const problem = classifyCertificate(code, { host }, certificate);
  if (problem) {
    const [key, values] = problem;
    // A wrong date may be this machine's fault; other problems mean that something intercepts the connection.
    return IS_DATE.test(key)
      ? diagnosedError(key, values, details)
      : diagnosedError('https_certificate', { host, issuer: values.issuer! }, details);
  }
  if (code === 'EHOST') return diagnosedError('https_wrong_host', { host: host || 'a URL without TLS' }, details);
  switch (networkProblem(code)) {
    case 'unknown_host':
    case 'dns_unanswered':
      return diagnosedError('https_dns', { host }, details);
    case 'timeout':
      return diagnosedError('https_timeout', { host }, details);
    case 'tls':
    case 'client_certificate':
      return diagnosedError('https_tls', { host }, details);
    default:
      return diagnosedError('https_unreachable', { host }, details);
  }
}

/** Returns the milliseconds of a `Retry-After` header, in seconds or as a date (RFC 9110 §10.2.3); undefined without one. */
export function retryAfterMs({ headers }: HttpsResponse): number | undefined {
  const given = headers['retry-after']?.trim();
  if (!given) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(Math.ceil(ms), 0), MAX_WAIT_MS) : undefined;
}
