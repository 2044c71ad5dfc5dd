import { MAIL_ERRORS } from '../../shared/mail-error.js';
import { cause } from './cause.js';

const INTERCEPTED =
  'Something on the way may replace Microsoft’s certificate, such as a proxy that looks into connections: give its CA in the option "trustedCa".';
const REACH = 'Check the network and the firewall: this machine has to reach that host over HTTPS.';
const LATER = 'Try again later.';
const NO_TENANT = 'Check the tenant id and the chosen cloud.';

/** What can go wrong at Microsoft's sign-in, at Microsoft Graph and on the way there. */
export const MICROSOFT_CAUSES = {
  https_dns: cause('DNS', 'The name {{host}} could not be looked up.', 'Check the network and the DNS servers of this machine.'),
  https_timeout: cause('TIMEOUT', '{{host}} did not accept a connection in time.', REACH),
  https_tls: cause('TLS', 'The encrypted connection to {{host}} could not be set up.', INTERCEPTED),
  https_certificate: cause('CERTIFICATE', 'The certificate of {{host}} is not trusted here: it was issued by {{issuer}}.', INTERCEPTED),
  https_unreachable: cause('CONNECTION', '{{host}} could not be reached.', REACH),
  https_elsewhere: cause(
    'CONNECTION',
    'The way leads to {{host}}, which is no host of the chosen cloud.',
    'Check the chosen cloud; a host that Microsoft added belongs into the option "graph.clouds".',
    'graphCloud',
  ),
  https_no_answer: cause('TIMEOUT', '{{host}} did not answer in time.', LATER),
  https_dropped: cause('CONNECTION', '{{host}} dropped the connection.', LATER),
  https_answer_lost: cause('AMBIGUOUS', '{{host}} got the whole message, and its answer was lost.', MAIL_ERRORS.AMBIGUOUS.remedy),

  entra_busy: cause('CONNECTION', '{{host}} wants fewer sign-ins.', LATER),
  entra_later: cause('CONNECTION', '{{host}} could not issue a token just now.', LATER),
  entra_strange: cause(
    'CONNECTION',
    '{{host}} did not answer as Microsoft’s sign-in does.',
    'Check the network: something on the way may answer in its place.',
  ),
  entra_secret: cause(
    'AUTH',
    'Microsoft refused the client secret.',
    'Enter the secret’s value again: not its id, and of this app. It is shown only once, when the secret is made.',
    'clientSecret',
  ),
  entra_secret_expired: cause(
    'AUTH',
    'The client secret has expired.',
    'Make a new secret for the app in Entra (Certificates & secrets) and enter its value.',
    'clientSecret',
  ),
  entra_secret_wanted: cause('AUTH', 'Microsoft wants a client secret.', 'Enter the client secret of the app.', 'clientSecret'),
  entra_app: cause(
    'AUTH',
    'The tenant knows no app with this client id.',
    'Check the client id and the tenant, and that the app was not deleted.',
    'clientId',
  ),
  entra_tenant: cause('AUTH', 'There is no such tenant.', NO_TENANT, 'tenantId'),
  entra_app_off: cause('AUTH', 'The app is switched off in this tenant.', 'Enable the enterprise application in Entra.', 'clientId'),
  entra_cloud: cause(
    'AUTH',
    'The tenant does not know Microsoft Graph or Exchange Online by this name.',
    'Check the chosen cloud.',
    'graphCloud',
  ),
  entra_consent: cause(
    'AUTH',
    'Nobody has consented to the app’s permissions.',
    'Have an administrator of the tenant grant consent (App registrations, API permissions).',
    'clientId',
  ),
  entra_password: cause(
    'AUTH',
    'Microsoft refused the user name or the password.',
    'Check both; the user has to belong to this tenant.',
    'password',
  ),
  entra_user: cause('AUTH', 'The tenant has no such user.', 'Check the user name and the tenant.', 'username'),
  entra_locked: cause(
    'AUTH',
    'The account is locked after too many wrong passwords.',
    'Wait or have it unlocked, then enter the right password.',
    'password',
  ),
  entra_password_expired: cause('AUTH', 'The password has expired.', 'Have the user change it, then enter the new one.', 'password'),
  entra_user_off: cause('AUTH', 'The account is switched off.', 'Have it enabled, or use another mailbox.', 'username'),
  entra_mfa: cause(
    'AUTH',
    'The account needs a second factor, which a program cannot give.',
    'Sign in as an app instead: set the way of signing in to OAuth2 and give the app Mail.Send.',
    'authMethod',
  ),
  entra_policy: cause(
    'AUTH',
    'A Conditional Access policy of the tenant blocks this sign-in.',
    'Have the policy exclude this app, or sign in as an app instead of a user.',
    'authMethod',
  ),
  entra_refused: cause(
    'AUTH',
    'Microsoft did not let the app sign in.',
    'The reply says why; check the tenant id, the client id and the client secret.',
    'clientId',
  ),

  graph_wait: cause('THROTTLED', 'Microsoft wants this mailbox to wait.', MAIL_ERRORS.THROTTLED.remedy),
  graph_limit: cause(
    'THROTTLED',
    'The mailbox has reached a limit of Exchange Online.',
    'It is tried again every hour. Check the mailbox’s size and its sending limits.',
  ),
  graph_token: cause(
    'AUTH',
    'Microsoft Graph does not take the token that Microsoft’s sign-in gave, not even a new one.',
    'Check the chosen cloud and the tenant, and that the app is still enabled there.',
    'graphCloud',
  ),
  graph_mailbox: cause('MAILBOX', 'Microsoft Graph knows no mailbox {{mailbox}}.', MAIL_ERRORS.MAILBOX.remedy, 'username'),
  graph_send_as: cause(
    'SENDER',
    'The mailbox {{mailbox}} may not send as the configured From address.',
    'Use the mailbox’s own address, or give the mailbox "Send as" for the other one in Exchange.',
    'fromAddress',
  ),
  graph_send_as_message: cause(
    'SENDER',
    'The mailbox {{mailbox}} may not send as the From address of this message.',
    'Send it from the mailbox’s own address, or allow "Send as" in Exchange.',
  ),
  graph_policy: cause(
    'PERMISSION',
    'A policy of Exchange Online keeps the app away from the mailbox {{mailbox}}.',
    'Add the mailbox to the scope of the app’s role or access policy; a change may take an hour.',
    'username',
  ),
  graph_permission: cause('PERMISSION', 'The app may not send mail as {{mailbox}}.', MAIL_ERRORS.PERMISSION.remedy, 'clientId'),
  graph_too_large: cause('CONTENT', 'The message is larger than Microsoft takes.', 'Send smaller or fewer attachments.'),
  graph_unclear: cause(
    'AMBIGUOUS',
    'Microsoft Graph failed ({{status}}) after it had the whole message, which it may have sent.',
    MAIL_ERRORS.AMBIGUOUS.remedy,
  ),
  graph_failed: cause('CONNECTION', 'Microsoft Graph failed ({{status}}) before the message was sent.', LATER),
  graph_redirect: cause(
    'CONNECTION',
    'Microsoft Graph pointed to another address, which is not followed.',
    'Check the chosen cloud.',
    'graphCloud',
  ),
  graph_not_sent: cause(
    'CONTENT',
    'Microsoft Graph answered {{status}} instead of 202, as it does for messages that it does not send.',
    'Check the size and the content of the message.',
  ),
  graph_strange: cause(
    'CONNECTION',
    'What answered is not Microsoft Graph.',
    'Check the network: something on the way may answer in its place.',
  ),
  graph_recipients: cause('RECIPIENT', 'Microsoft Graph did not take one of the recipients.', 'Check the addresses.'),
  graph_refused: cause('CONTENT', 'Microsoft Graph refused the message ({{status}}).', 'Microsoft’s answer says what is wrong with it.'),
};
