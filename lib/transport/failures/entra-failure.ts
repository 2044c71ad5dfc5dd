import type { MailError } from '../../shared/mail-error.js';
import { diagnosedError, type FailureReason } from './diagnoses.js';
import type { HttpsResponse } from '../../io/https-client.js';
import { retryAfterMs } from './https-failure.js';

/**
 * Entra's error numbers (learn.microsoft.com/entra/identity-platform/reference-error-codes). They may change, so only the texts
 * depend on them.
 */
const KNOWN: Record<string, FailureReason> = {
  '7000215': 'entra_secret',
  '7000222': 'entra_secret_expired',
  '700016': 'entra_app',
  '90002': 'entra_tenant',
  '900023': 'entra_tenant',
  '7000112': 'entra_app_disabled',
  '500011': 'entra_cloud',
  '65001': 'entra_consent',
  '7000218': 'entra_secret_required',
  '50126': 'entra_password',
  '50034': 'entra_user',
  '50053': 'entra_locked',
  '50055': 'entra_password_expired',
  '50057': 'entra_user_disabled',
};
for (const number of ['50076', '50079', '50072', '50074', '50158']) KNOWN[number] = 'entra_mfa';
for (const number of ['53000', '53001', '53003', '530003', '7000113']) KNOWN[number] = 'entra_policy';

/** Converts a response without a token to an error. `words` removes secrets from Entra's text. */
export function toEntraError(response: HttpsResponse, host: string, words: (text: string) => string): MailError {
  const { error, description } = parseEntraError(response);
  const reply = words(error ? `${error}: ${description}` : `HTTP ${response.status}`);
  const common = { phase: 'token', reply };
  if (response.status === 429 || response.status >= 500 || response.status < 400 || error === 'temporarily_unavailable') {
    return diagnosedError(
      response.status === 429 ? 'entra_throttled' : 'entra_unavailable',
      { host },
      { ...common, retryAfterMs: retryAfterMs(response) },
    );
  }
  const number = /AADSTS(\d+)/.exec(description)?.[1] ?? '';
  return diagnosedError(KNOWN[number] ?? 'entra_refused', { host }, common);
}

function parseEntraError({ body }: HttpsResponse): { error: string; description: string } {
  try {
    const { error, error_description: description } = JSON.parse(body) as Record<string, unknown>;
    return { error: typeof error === 'string' ? error : '', description: typeof description === 'string' ? description : '' };
  } catch {
    return { error: '', description: '' };
  }
}
