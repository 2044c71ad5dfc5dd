import { MAIL_ERRORS } from '../../../shared/mail-error.js';
import { diagnosis } from '../../../shared/diagnosis.js';
import { SLOW, STARTTLS } from './offers.js';

const LATER = 'Try again later.';

/** The login to a mail server. */
export const LOGIN_DIAGNOSES = {
  auth_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} did not respond to the login within {{seconds}} s.',
    `Try again later. ${SLOW}`,
    'timeoutScale',
  ),
  auth_not_offered: diagnosis(
    'AUTH',
    'The server offers no login on this connection.',
    'Check the port and the security setting. If the server needs no login, turn off authentication; with encryption, that requires the option "allowAnonymousTls".',
    'port',
  ),
  auth_needs_tls: diagnosis(
    'AUTH',
    'The server offers no login on this connection: it requires encryption first.',
    'Choose STARTTLS.',
    'security',
    STARTTLS,
  ),
  auth_no_xoauth2: diagnosis(
    'AUTH',
    'The server offers no login with a token (XOAUTH2).',
    'Check the host. Microsoft 365 uses smtp.office365.com, port 587, STARTTLS. Other servers require a password.',
    'host',
  ),
  auth_failed: diagnosis('AUTH', 'The login failed.', MAIL_ERRORS.AUTH.remedy, 'username'),
  auth_unavailable: diagnosis('AUTH', 'The server temporarily could not check the login.', LATER),
  auth_rate_limited: diagnosis(
    'AUTH',
    'Too many logins; the server is refusing more for now.',
    'Wait up to an hour. Other applications may be using the same account with an old password.',
  ),
  auth_method: diagnosis(
    'AUTH',
    'The server does not accept this login method.',
    'Check the security setting: many servers accept logins only over an encrypted connection.',
    'security',
  ),
  auth_no_mechanism: diagnosis(
    'AUTH',
    'The server and this application have no login method in common.',
    'Enable PLAIN, LOGIN or CRAM-MD5 on the server. Many servers offer them only over an encrypted connection: check the security setting.',
    'security',
  ),
  auth_mechanism: diagnosis(
    'AUTH',
    'The server does not accept the login mechanism {{mechanism}}. It offers {{offered}}.',
    'Choose another mechanism, or "Automatic".',
    'authMechanism',
  ),
  auth_app_password: diagnosis(
    'AUTH',
    'The server requires an app password instead of the account password.',
    'Create an app password in the account and enter it here.',
    'password',
  ),
  auth_google: diagnosis(
    'AUTH',
    'Google refused the user name or password.',
    'Google accepts only app passwords. Turn on 2-step verification, create an app password at myaccount.google.com/apppasswords and enter it here. The user name is the full address.',
    'password',
  ),
  auth_google_browser: diagnosis(
    'AUTH',
    'Google is blocking this login until you confirm it in a browser.',
    'Sign in to the account in a browser and confirm that it was you. Then use an app password.',
    'password',
  ),
  auth_provider_app_password: diagnosis(
    'AUTH',
    'The server refused the user name or password.',
    'This provider accepts only app passwords. Create one in the account’s security settings and enter it here.',
    'password',
  ),
  auth_microsoft: diagnosis(
    'AUTH',
    'Microsoft refused the user name or password.',
    'Check both. With 2-step verification, an app password is required. Microsoft is retiring password sign-in: use OAuth2 or Microsoft Graph.',
    'password',
  ),
  auth_microsoft_mailbox: diagnosis(
    'AUTH',
    'SMTP login is disabled for this Microsoft 365 mailbox.',
    'Enable "Authenticated SMTP" for the mailbox in the Microsoft 365 admin center (Users, Mail, Manage email apps), or use Microsoft Graph.',
    'authMethod',
  ),
  auth_microsoft_tenant: diagnosis(
    'AUTH',
    'SMTP login is disabled for this Microsoft 365 tenant.',
    'Use OAuth2 or Microsoft Graph, or ask an administrator to enable it: Set-TransportConfig -SmtpClientAuthenticationDisabled $false.',
    'authMethod',
  ),
  auth_microsoft_basic: diagnosis(
    'AUTH',
    'Microsoft no longer accepts passwords for this account.',
    'Sign in with OAuth2, or use Microsoft Graph.',
    'authMethod',
  ),
  auth_microsoft_policy: diagnosis(
    'AUTH',
    'A security policy of the Microsoft 365 tenant blocks this login.',
    'Sign in with OAuth2 or use Microsoft Graph, or ask an administrator to exclude this account from security defaults and Conditional Access.',
    'authMethod',
  ),
  auth_token: diagnosis(
    'AUTH',
    'The server refused the token.',
    'Grant the app SMTP.SendAsApp with admin consent, register it in Exchange (New-ServicePrincipal with the object ID of the enterprise application) and give it access to the mailbox (Add-MailboxPermission).',
    'clientId',
  ),
  auth_refused: diagnosis('AUTH', 'The server refused the user name or password.', MAIL_ERRORS.AUTH.remedy, 'password'),
  relay_denied: diagnosis(
    'AUTH',
    'The server refused to relay mail to the recipient.',
    'Check whether the server requires a login, or accepts mail only for its own domains.',
    'authRequired',
  ),
  auth_required: diagnosis(
    'AUTH',
    'The server accepts mail only after a login.',
    'Turn on authentication and enter a user name and password.',
    'authRequired',
  ),
};
