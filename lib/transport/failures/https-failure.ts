import type { MailError, MailErrorDetails } from '../../shared/mail-error.js';
import { causeError } from './causes.js';
import { certificateProblem } from '../tls/certificate-problem.js';
import type { HttpsAnswer, HttpsFailure } from '../graph/https-client.js';

const IS_DATE = /expired|not_yet/;
const MAX_WAIT_MS = 86_400_000;

/** A request that got no answer, in words. For one that delivers a mail, `lostAnswer` tells apart what may have arrived. */
export function httpsFailure(failure: HttpsFailure, phase: string, lostAnswer?: { response: string }): MailError {
  const { code, host, stage, certificate } = failure;
  const details: MailErrorDetails = { phase, cause: failure };
  if (stage === 'written' && lostAnswer) {
    return causeError('https_answer_lost', { host }, { ...details, ...lostAnswer, phase: 'message' });
  }
  if (stage !== 'connecting') {
    const midway = phase === 'token' ? phase : 'message';
    return causeError(code === 'ETIMEDOUT' ? 'https_no_answer' : 'https_dropped', { host }, { ...details, phase: midway });
  }
  const problem = certificateProblem(code, host, certificate);
  if (problem) {
    const [key, values] = problem;
    // A date may be this machine's fault; anything else is hardly Microsoft's.
    return IS_DATE.test(key)
      ? causeError(key, values, details)
      : causeError('https_certificate', { host, issuer: values.issuer! }, details);
  }
  if (code === 'EHOST') return causeError('https_elsewhere', { host: host || 'an address without TLS' }, details);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return causeError('https_dns', { host }, details);
  if (code === 'ETIMEDOUT') return causeError('https_timeout', { host }, details);
  const isTls = code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
  return causeError(isTls ? 'https_tls' : 'https_unreachable', { host }, details);
}

/** Milliseconds of a `Retry-After` header, in seconds or as a date (RFC 9110 §10.2.3); undefined without one. */
export function retryAfterMs({ headers }: HttpsAnswer): number | undefined {
  const given = headers['retry-after']?.trim();
  if (!given) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(Math.ceil(ms), 0), MAX_WAIT_MS) : undefined;
}
