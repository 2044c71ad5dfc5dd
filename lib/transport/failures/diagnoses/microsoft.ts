import { MAIL_ERRORS } from '../../../shared/mail-error.js';
import { diagnosis } from '../../../shared/diagnosis.js';

const INTERCEPTED = 'A proxy that inspects TLS may be replacing Microsoft’s certificate. Add the proxy’s CA to the option "trustedCa".';
const REACH = 'Check the network and the firewall: this machine must be able to reach the host over HTTPS.';
const LATER = 'Try again later.';
const NO_TENANT = 'Check the tenant ID and the cloud.';

/** Microsoft's sign-in, Microsoft Graph, and the connections to them. */
export const MICROSOFT_DIAGNOSES = {
  https_dns: diagnosis('DNS', '{{host}} could not be resolved.', 'Check this machine’s network and DNS servers.'),
  https_timeout: diagnosis('TIMEOUT', '{{host}} did not accept a connection in time.', REACH),
  https_tls: diagnosis('TLS', 'The encrypted connection to {{host}} could not be set up.', INTERCEPTED),
  https_certificate: diagnosis('CERTIFICATE', 'The certificate of {{host}} is not trusted. It was issued by {{issuer}}.', INTERCEPTED),
  https_unreachable: diagnosis('CONNECTION', '{{host}} could not be reached.', REACH),
  https_wrong_host: diagnosis(
    'CONNECTION',
    'The request would go to {{host}}, which is not a host of the chosen cloud.',
    'Check the cloud. If this is a new Microsoft host, add it to the option "graph.clouds".',
    'graphCloud',
  ),
  https_no_response: diagnosis('TIMEOUT', '{{host}} did not respond in time.', LATER),
  https_dropped: diagnosis('CONNECTION', '{{host}} dropped the connection.', LATER),
  https_response_lost: diagnosis(
    'AMBIGUOUS',
    '{{host}} received the whole message, but its response was lost.',
    MAIL_ERRORS.AMBIGUOUS.remedy,
  ),

  entra_throttled: diagnosis('CONNECTION', '{{host}} is limiting sign-ins.', LATER),
  entra_unavailable: diagnosis('CONNECTION', '{{host}} temporarily could not issue a token.', LATER),
  entra_wrong_service: diagnosis(
    'CONNECTION',
    'The response of {{host}} is not from Microsoft’s sign-in service.',
    'Check the network: a proxy may be responding instead.',
  ),
  entra_secret: diagnosis(
    'AUTH',
    'Microsoft refused the client secret.',
    'Enter the value of this app’s client secret again, not the secret’s ID. Entra shows the value only once, when you create the secret.',
    'clientSecret',
  ),
  entra_secret_expired: diagnosis(
    'AUTH',
    'The client secret has expired.',
    'Create a new secret for the app in Entra (Certificates & secrets) and enter its value.',
    'clientSecret',
  ),
  entra_secret_required: diagnosis('AUTH', 'Microsoft requires a client secret.', 'Enter the app’s client secret.', 'clientSecret'),
  entra_app: diagnosis(
    'AUTH',
    'The tenant has no app with this client ID.',
    'Check the client ID and the tenant, and check that the app was not deleted.',
    'clientId',
  ),
  entra_tenant: diagnosis('AUTH', 'The tenant does not exist.', NO_TENANT, 'tenantId'),
  entra_app_disabled: diagnosis('AUTH', 'The app is disabled in this tenant.', 'Enable the enterprise application in Entra.', 'clientId'),
  entra_cloud: diagnosis(
    'AUTH',
    'Microsoft Graph or Exchange Online is not available under this name in the tenant.',
    'Check the cloud.',
    'graphCloud',
  ),
  entra_consent: diagnosis(
    'AUTH',
    'Admin consent for the app’s permissions is missing.',
    'Ask a tenant administrator to grant consent (App registrations, API permissions).',
    'clientId',
  ),
  entra_password: diagnosis(
    'AUTH',
    'Microsoft refused the user name or password.',
    'Check both. The user must belong to this tenant.',
    'password',
  ),
  entra_user: diagnosis('AUTH', 'The user does not exist in the tenant.', 'Check the user name and the tenant.', 'username'),
  entra_locked: diagnosis(
    'AUTH',
    'The account is locked after too many wrong passwords.',
    'Wait, or ask an administrator to unlock the account. Then enter the correct password.',
    'password',
  ),
  entra_password_expired: diagnosis('AUTH', 'The password has expired.', 'Change the user’s password, then enter the new one.', 'password'),
  entra_user_disabled: diagnosis(
    'AUTH',
    'The account is disabled.',
    'Ask an administrator to enable the account, or use another mailbox.',
    'username',
  ),
  entra_mfa: diagnosis(
    'AUTH',
    'The account requires multi-factor authentication, which an application can’t complete.',
    'Sign in as an app instead, and grant the app Mail.Send.',
    'authMethod',
  ),
  entra_policy: diagnosis(
    'AUTH',
    'A Conditional Access policy of the tenant blocks this sign-in.',
    'Ask an administrator to exclude this app from the policy, or sign in as an app instead of a user.',
    'authMethod',
  ),
  entra_refused: diagnosis(
    'AUTH',
    'Microsoft refused the app’s sign-in.',
    'See Microsoft’s response for the reason. Check the tenant ID, client ID and client secret.',
    'clientId',
  ),

  graph_throttled: diagnosis('THROTTLED', 'Microsoft is throttling this mailbox.', MAIL_ERRORS.THROTTLED.remedy),
  graph_limit: diagnosis(
    'THROTTLED',
    'The mailbox has reached a limit of Exchange Online.',
    'Mail is retried every hour. Check the mailbox’s size and its sending limits.',
  ),
  graph_token: diagnosis(
    'AUTH',
    'Microsoft Graph rejected the token issued by Microsoft’s sign-in, even after it was renewed.',
    'Check the cloud and the tenant, and check that the app is still enabled there.',
    'graphCloud',
  ),
  graph_mailbox: diagnosis('MAILBOX', 'Microsoft Graph found no mailbox {{mailbox}}.', MAIL_ERRORS.MAILBOX.remedy, 'username'),
  graph_send_as: diagnosis(
    'SENDER',
    'The mailbox {{mailbox}} may not send as the configured From address.',
    'Use the mailbox’s own address, or grant the mailbox "Send as" for the other address in Exchange.',
    'fromAddress',
  ),
  graph_send_as_message: diagnosis(
    'SENDER',
    'The mailbox {{mailbox}} may not send as the From address of this message.',
    'Send the message from the mailbox’s own address, or grant "Send as" in Exchange.',
  ),
  graph_policy: diagnosis(
    'PERMISSION',
    'An Exchange Online policy blocks the app’s access to the mailbox {{mailbox}}.',
    'Add the mailbox to the scope of the app’s role or access policy. Changes can take up to two hours.',
    'username',
  ),
  graph_permission: diagnosis('PERMISSION', 'The app may not send mail as {{mailbox}}.', MAIL_ERRORS.PERMISSION.remedy, 'clientId'),
  graph_too_large: diagnosis('CONTENT', 'The message is larger than Microsoft accepts.', 'Send smaller or fewer attachments.'),
  graph_envelope_from: diagnosis(
    'CONTENT',
    'The message has the envelope sender {{address}} ("envelopeFrom"), which Microsoft Graph cannot set.',
    'Leave out "envelopeFrom", or send the message through an SMTP configuration.',
  ),
  graph_ambiguous: diagnosis(
    'AMBIGUOUS',
    'Microsoft Graph failed ({{status}}) after receiving the whole message. It may have been sent.',
    MAIL_ERRORS.AMBIGUOUS.remedy,
  ),
  graph_failed: diagnosis('CONNECTION', 'Microsoft Graph failed ({{status}}) before the message was sent.', LATER),
  graph_redirect: diagnosis(
    'CONNECTION',
    'Microsoft Graph redirected to another address. Redirects are not followed.',
    'Check the cloud.',
    'graphCloud',
  ),
  graph_not_sent: diagnosis(
    'CONTENT',
    'Microsoft Graph returned {{status}} instead of 202, which means that the message was not sent.',
    'Check the size and the content of the message.',
  ),
  graph_wrong_service: diagnosis(
    'CONNECTION',
    'The response is not from Microsoft Graph.',
    'Check the network: a proxy may be responding instead.',
  ),
  graph_recipients: diagnosis('RECIPIENT', 'Microsoft Graph refused a recipient.', 'Check the addresses.'),
  graph_refused: diagnosis('CONTENT', 'Microsoft Graph refused the message ({{status}}).', 'Microsoft’s response says what to correct.'),
  graph_upload_host: diagnosis(
    'CONTENT',
    'Microsoft requested an upload of large attachments to {{host}}, which is not a host of the chosen cloud.',
    'If this is a Microsoft host, add it to the cloud’s uploads in the option "graph.clouds".',
  ),
  graph_no_drafts: diagnosis(
    'CONTENT',
    'The attachments are too large for one request, and the app may not create a draft for large attachments.',
    'Grant the app Mail.ReadWrite in addition to Mail.Send and retry the message, or send smaller attachments.',
  ),
  graph_upload_failed: diagnosis('CONTENT', 'An attachment could not be uploaded.', 'The message is retried from the start.'),
};
