import { MailError, type MailErrorDetails } from '../smtp.errors.js';
import { certificateProblem } from './certificate-facts.js';
import type { HttpsAnswer, HttpsFailure } from './https-client.js';

const INTERCEPTED =
  'Something on the way may replace Microsoft’s certificate, such as a proxy that looks into connections: give its CA in the option "trustedCa".';
const MAX_WAIT_MS = 86_400_000;

/** A request that got no answer, in words. For one that delivers a mail, `lostAnswer` tells apart what may have arrived. */
export function httpsFailure(failure: HttpsFailure, phase: string, lostAnswer?: { response: string }): MailError {
  const { code, host, stage, certificate } = failure;
  const details: MailErrorDetails = { phase, cause: failure };
  if (stage === 'written' && lostAnswer) {
    return new MailError('AMBIGUOUS', `${host} got the whole message, and its answer was lost.`, {
      ...details,
      ...lostAnswer,
      phase: 'message',
    });
  }
  if (stage !== 'connecting') {
    const summary = code === 'ETIMEDOUT' ? `${host} did not answer in time.` : `${host} dropped the connection.`;
    const midway = phase === 'token' ? phase : 'message';
    return new MailError(code === 'ETIMEDOUT' ? 'TIMEOUT' : 'CONNECTION', summary, {
      ...details,
      phase: midway,
      remedy: 'Try again later.',
    });
  }
  const problem = certificateProblem(code, host, certificate);
  if (problem) return new MailError('CERTIFICATE', problem.summary, { ...details, remedy: INTERCEPTED });
  if (code === 'EHOST') {
    return new MailError('CONNECTION', `The way leads to ${host || 'an address without TLS'}, which is no host of the chosen cloud.`, {
      ...details,
      remedy: 'Check the chosen cloud; a host that Microsoft added belongs into the option "graph.clouds".',
    });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new MailError('DNS', `The name ${host} could not be looked up.`, {
      ...details,
      remedy: 'Check the network and the DNS servers of this machine.',
    });
  }
  if (code === 'ETIMEDOUT') {
    return new MailError('TIMEOUT', `${host} did not accept a connection in time.`, {
      ...details,
      remedy: 'Check the network and the firewall: this machine has to reach that host over HTTPS.',
    });
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return new MailError('TLS', `The encrypted connection to ${host} could not be set up.`, { ...details, remedy: INTERCEPTED });
  }
  return new MailError('CONNECTION', `${host} could not be reached.`, {
    ...details,
    remedy: 'Check the network and the firewall: this machine has to reach that host over HTTPS.',
  });
}

/** Milliseconds of a `Retry-After` header, in seconds or as a date (RFC 9110 §10.2.3); undefined without one. */
export function retryAfterMs({ headers }: HttpsAnswer): number | undefined {
  const given = headers['retry-after']?.trim();
  if (!given) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(Math.ceil(ms), 0), MAX_WAIT_MS) : undefined;
}
