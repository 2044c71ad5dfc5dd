import type { FailureContext, SmtpFailure, Classification } from './failure-context.js';
import { TOKEN_LOGIN } from '../smtp/smtp-login.js';

const GOOGLE = /(^|\.)(gmail|google|googlemail)\.com$/i;
const MICROSOFT = /(^|\.)(office365|outlook|hotmail|live)\.(com|us|cn)$|(^|\.)outlook\.office\.com$/i;
/** Providers whose servers accept app passwords only. */
const APP_PASSWORDS_ONLY = /(^|\.)(yahoo|ymail|aol|icloud|me|mac|fastmail)\.[a-z.]+$/i;

/** Diagnoses a failed login: by the server's reply first, then by the provider. */
export function classifyLogin(failure: SmtpFailure, status: number, { host, security, startTlsOffered }: FailureContext): Classification {
  const words = failure.response ?? '';
  if (failure.reason === 'auth_not_offered' && security === 'none' && startTlsOffered) return ['auth_needs_tls'];
  if (failure.reason) return [failure.reason, failure.values];
  if (!status) return ['auth_failed'];
  if (status < 500) return [/too many|\brate\b/i.test(words) ? 'auth_rate_limited' : 'auth_unavailable', {}, { retryable: true }];
  if (security === 'none' && /STARTTLS|encryption required/i.test(words)) return ['auth_needs_tls'];
  if (/mechanism|authentication type/i.test(words) && !/encryption|TLS/i.test(words)) return ['auth_no_mechanism'];
  const microsoft = classifyMicrosoftLogin(words);
  if (microsoft) return [microsoft];
  if (/5\.7\.14\b|log ?in (?:via|with) your web browser/i.test(words)) return ['auth_google_browser'];
  if (/5\.7\.9\b|app(lication)?[- ](specific )?password/i.test(words)) return ['auth_app_password'];
  if (status === 504 || status === 538) return ['auth_method'];
  if (failure.command === `AUTH ${TOKEN_LOGIN}`) return ['auth_token'];
  if (GOOGLE.test(host) || /support\.google\.com/i.test(words)) return ['auth_google'];
  if (MICROSOFT.test(host)) return ['auth_microsoft'];
  return [APP_PASSWORDS_ONLY.test(host) ? 'auth_provider_app_password' : 'auth_refused'];
}

/** Diagnoses a reply of Microsoft, which uses one code for many reasons that only the text distinguishes (aka.ms/smtp_auth_disabled). */
function classifyMicrosoftLogin(
  words: string,
): 'auth_microsoft' | `auth_microsoft_${'mailbox' | 'tenant' | 'basic' | 'policy'}` | undefined {
  if (/SmtpClientAuthentication is disabled for the Tenant/i.test(words)) return 'auth_microsoft_tenant';
  if (/SmtpClientAuthentication is disabled/i.test(words)) return 'auth_microsoft_mailbox';
  if (/basic authentication is (?:disabled|not supported)/i.test(words)) return 'auth_microsoft_basic';
  if (!/5\.7\.139\b/.test(words)) return undefined;
  if (/did not meet the criteria|security defaults|conditional access|locked/i.test(words)) return 'auth_microsoft_policy';
  return /credentials (?:were|are) incorrect/i.test(words) ? 'auth_microsoft' : 'auth_microsoft_mailbox';
}
