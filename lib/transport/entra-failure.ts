import { MailError } from '../smtp.errors.js';
import type { HttpsAnswer } from './https-client.js';
import { retryAfterMs } from './https-failure.js';
import { oneLine } from './server-words.js';

/** What Entra's error numbers are about (learn.microsoft.com/entra/identity-platform/reference-error-codes), for words only: they may change. */
const KNOWN: Record<string, [summary: string, remedy: string]> = {
  '7000215': [
    'Microsoft refused the client secret.',
    'Enter the secret’s value again: not its id, and of this app. It is shown only once, when the secret is made.',
  ],
  '7000222': ['The client secret has expired.', 'Make a new secret for the app in Entra (Certificates & secrets) and enter its value.'],
  '700016': ['The tenant knows no app with this client id.', 'Check the client id and the tenant, and that the app was not deleted.'],
  '90002': ['There is no such tenant.', 'Check the tenant id and the chosen cloud.'],
  '900023': ['There is no such tenant.', 'Check the tenant id and the chosen cloud.'],
  '7000112': ['The app is switched off in this tenant.', 'Enable the enterprise application in Entra.'],
  '500011': ['The tenant does not know Microsoft Graph or Exchange Online by this name.', 'Check the chosen cloud.'],
  '65001': [
    'Nobody has consented to the app’s permissions.',
    'Have an administrator of the tenant grant consent (App registrations, API permissions).',
  ],
  '7000218': ['Microsoft wants a client secret.', 'Enter the client secret of the app.'],
  '50126': ['Microsoft refused the user name or the password.', 'Check both; the user has to belong to this tenant.'],
  '50034': ['The tenant has no such user.', 'Check the user name and the tenant.'],
  '50053': ['The account is locked after too many wrong passwords.', 'Wait or have it unlocked, then enter the right password.'],
  '50055': ['The password has expired.', 'Have the user change it, then enter the new one.'],
  '50057': ['The account is switched off.', 'Have it enabled, or use another mailbox.'],
};
const MFA: [string, string] = [
  'The account needs a second factor, which a program cannot give.',
  'Sign in as an app instead: set the way of signing in to OAuth2 and give the app Mail.Send.',
];
const CONDITIONAL_ACCESS: [string, string] = [
  'A Conditional Access policy of the tenant blocks this sign-in.',
  'Have the policy exclude this app, or sign in as an app instead of a user.',
];
for (const number of ['50076', '50079', '50072', '50074', '50158']) KNOWN[number] = MFA;
for (const number of ['53000', '53001', '53003', '530003', '7000113']) KNOWN[number] = CONDITIONAL_ACCESS;

/** Why Entra gave no token. `words` cleans what it said. */
export function entraFailure(answer: HttpsAnswer, host: string, words: (text: string) => string): MailError {
  const { error, description } = saidBy(answer);
  const response = words(error ? `${error}: ${description}` : `HTTP ${answer.status}`);
  const common = { phase: 'token', response };
  if (answer.status === 429 || answer.status >= 500 || answer.status < 400 || error === 'temporarily_unavailable') {
    const summary = answer.status === 429 ? `${host} wants fewer sign-ins.` : `${host} could not issue a token just now.`;
    return new MailError('CONNECTION', summary, { ...common, remedy: 'Try again later.', retryAfterMs: retryAfterMs(answer) });
  }
  const number = /AADSTS(\d+)/.exec(description)?.[1] ?? '';
  const [summary, remedy] = KNOWN[number] ?? [
    'Microsoft did not let the app sign in.',
    'The reply says why; check the tenant id, the client id and the client secret.',
  ];
  return new MailError('AUTH', summary, { ...common, remedy });
}

function saidBy({ body }: HttpsAnswer): { error: string; description: string } {
  try {
    const { error, error_description: description } = JSON.parse(body) as Record<string, unknown>;
    return { error: typeof error === 'string' ? oneLine(error, 60) : '', description: typeof description === 'string' ? description : '' };
  } catch {
    return { error: '', description: '' };
  }
}
