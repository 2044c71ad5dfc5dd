import { MAIL_ERRORS } from '../../shared/mail-error.js';
import { cause } from './cause.js';

const NETWORK = 'Check the host, the network of this machine and the firewall.';
const LATER = 'Try again later.';
const PORT_25 =
  'Many providers and clouds block outgoing connections on port 25. Use port 587 with STARTTLS, or have port 25 opened for this machine.';
const SUBMISSION = { security: 'starttls', port: 587 } as const;
const IMPLICIT = { security: 'tls', port: 465 } as const;
const STARTTLS = { security: 'starttls' } as const;

/**
 * What can go wrong on the way to a mail server, by a key that stays. Plain sentences, each whole by itself: the screens take
 * their texts from here, and other languages translate them by the key.
 */
export const SMTP_CAUSES = {
  dns_unknown: cause('DNS', 'There is no server named {{host}}.', 'Check the spelling of the host name.', 'host'),
  dns_unanswered: cause(
    'DNS',
    'The name {{host}} could not be looked up: the DNS server did not answer.',
    'Check the network and the DNS servers of this machine.',
  ),
  dns_timeout: cause(
    'TIMEOUT',
    'The name {{host}} could not be resolved within {{seconds}} s.',
    'Check the name and the DNS servers of this machine.',
    'host',
  ),

  tests_per_minute: cause('RATE_LIMITED', 'The limit of {{limit}} tests a minute is reached.', 'Try again in {{seconds}} s.'),
  tests_at_once: cause(
    'RATE_LIMITED',
    'The limit of {{limit}} tests at once is reached.',
    'Wait until one of your tests has finished, or stop it.',
  ),
  egress_refused: cause('EGRESS', 'This application may not connect to {{host}}:{{port}}.', MAIL_ERRORS.EGRESS.remedy, 'host'),
  tcp_timeout: cause(
    'TIMEOUT',
    '{{host}}:{{port}} did not accept a connection within {{seconds}} s.',
    'Check the host and port; a firewall on the way looks like this too.',
    'port',
  ),
  port25_timeout: cause('TIMEOUT', '{{host}}:{{port}} did not accept a connection within {{seconds}} s.', PORT_25, 'port', SUBMISSION),
  tcp_refused: cause(
    'CONNECTION',
    '{{host}}:{{port}} refused the connection.',
    'Check the host and port, and that the mail server is running.',
    'port',
  ),
  port25_refused: cause(
    'CONNECTION',
    '{{host}}:{{port}} refused the connection.',
    `Check that the mail server is running. ${PORT_25}`,
    'port',
    SUBMISSION,
  ),
  unreachable: cause('CONNECTION', 'There is no way from here to {{host}}:{{port}}.', NETWORK, 'host'),
  ipv6_unreachable: cause(
    'CONNECTION',
    'There is no way from here to {{host}}:{{port}} over IPv6, and no IPv4 address was found for it.',
    'Use a host name or an address that is reached over IPv4, or give this machine a way out over IPv6.',
    'host',
  ),
  local_firewall: cause(
    'CONNECTION',
    'This machine does not allow connections to {{host}}:{{port}}.',
    'Check the local firewall and the permissions of the process.',
  ),
  tcp_failed: cause('CONNECTION', '{{host}}:{{port}} could not be reached.', MAIL_ERRORS.CONNECTION.remedy, 'host'),
  dropped: cause('CONNECTION', '{{host}}:{{port}} dropped the connection.', MAIL_ERRORS.CONNECTION.remedy, 'port'),
  not_detected: cause(
    'CONNECTION',
    '{{host}} answers as a mail server on none of the usual ports ({{ports}}).',
    'Check the host name, or enter the port.',
    'host',
  ),

  plaintext_only: cause(
    'TLS',
    '{{host}}:{{port}} offers no encryption, and this application does not allow mail without it.',
    'Have the server offer TLS, or ask the operator of the application to set the option "allowPlaintext".',
    'host',
  ),
  plaintext_login: cause(
    'TLS',
    '{{host}}:{{port}} offers no encryption, and a password is never sent without it.',
    'Have the server offer TLS, or test without a login.',
    'host',
  ),

  greeting_timeout: cause(
    'TIMEOUT',
    '{{host}}:{{port}} accepted the connection but did not greet within {{seconds}} s.',
    'Check the port: a server that expects SSL/TLS from the start stays silent like this (usually port 465).',
    'security',
    IMPLICIT,
  ),
  tls_greeting_timeout: cause(
    'TIMEOUT',
    '{{host}}:{{port}} accepted the connection but did not greet within {{seconds}} s.',
    'The server may be overloaded. Try again later, or ask the one who runs it.',
  ),
  tls_expects_implicit: cause(
    'TIMEOUT',
    '{{host}}:{{port}} accepted the connection but did not greet within {{seconds}} s.',
    'Choose SSL/TLS: port 465 expects encryption from the first byte, and stays silent until it comes.',
    'security',
    IMPLICIT,
  ),
  not_smtp: cause(
    'CONNECTION',
    '{{host}}:{{port}} does not speak SMTP: it sent {{bytes}} bytes that are not an SMTP reply.',
    'Check the port: mail is sent through 587, 465 or 25. Others, such as 143, 993, 110 and 995, are for reading it.',
    'port',
  ),
  endless_answer: cause(
    'CONNECTION',
    '{{host}}:{{port}} sent more than a mail server has to say.',
    'Check the host and the port: something else may be listening there.',
    'host',
  ),
  address_blocked: cause(
    'CONNECTION',
    '{{host}}:{{port}} refused the session because of the address of this machine.',
    'Its address is on a block list, as those of homes and clouds often are. Send through port 587 with a login, or have it taken off the list that the reply names.',
    'port',
  ),
  session_refused: cause(
    'CONNECTION',
    '{{host}}:{{port}} refused the session.',
    "The server's reply says why; the address of this machine may be blocked.",
    'host',
  ),
  too_many_connections: cause(
    'CONNECTION',
    'The server ended the session: there are too many connections from here.',
    'Lower the number of connections; other applications on this machine may use the same server.',
    'maxConnections',
  ),
  rate_limited: cause(
    'CONNECTION',
    'The server ended the session: too much was sent from here in a short time.',
    'Wait and try again; if it stays so, ask the provider for a higher limit.',
  ),
  session_ended: cause('CONNECTION', 'The server ended the session.', 'Try again later; if it stays so, use fewer connections.'),

  tls_timeout: cause(
    'TIMEOUT',
    '{{host}}:{{port}} did not complete the TLS handshake within {{seconds}} s.',
    'Check the port: a server that starts without encryption may look like this. Try STARTTLS (usually port 587).',
    'security',
    SUBMISSION,
  ),
  starttls_timeout: cause(
    'TIMEOUT',
    '{{host}}:{{port}} did not complete the TLS handshake within {{seconds}} s.',
    'Try again later; if it stays so, something on the way may be holding encryption up.',
  ),
  tls_too_old: cause(
    'TLS',
    '{{host}}:{{port}} only speaks a version of TLS that is no longer safe.',
    'The server has to support TLS 1.2 or newer.',
    'host',
  ),
  tls_expects_starttls: cause(
    'TLS',
    '{{host}}:{{port}} does not start with TLS.',
    'Choose STARTTLS for this port, or the port for SSL/TLS (usually 465).',
    'security',
    STARTTLS,
  ),
  tls_failed: cause(
    'TLS',
    'The encrypted connection to {{host}}:{{port}} could not be set up.',
    'Check the port and the security setting; the server and this machine may have no TLS version or cipher in common.',
    'security',
  ),
  starttls_not_offered: cause(
    'TLS',
    '{{host}}:{{port}} does not offer STARTTLS, so nothing was sent.',
    'Check the port (STARTTLS is usually 587) or choose SSL/TLS. If the server should offer it, something on the way may be removing it.',
    'security',
    IMPLICIT,
  ),
  starttls_refused: cause(
    'TLS',
    '{{host}}:{{port}} offers STARTTLS but could not start it.',
    'Try again later; if it stays so, the TLS set-up of the server has to be mended.',
    'security',
    IMPLICIT,
  ),
  starttls_broken: cause(
    'TLS',
    '{{host}}:{{port}} offers STARTTLS but could not start it.',
    'Check the TLS set-up of the server, or use SSL/TLS on port 465 if it offers that.',
    'security',
    IMPLICIT,
  ),
  tls_wanted: cause('TLS', 'The server takes mail only over an encrypted connection.', 'Choose STARTTLS.', 'security', STARTTLS),

  cert_name: cause(
    'CERTIFICATE',
    'The certificate of the server is not valid for the name {{host}}. It is for {{names}}.',
    'Use one of the names in the certificate as host, or have the server present a certificate for this name.',
    'host',
  ),
  cert_nameless: cause(
    'CERTIFICATE',
    'The certificate of the server is not valid for the name {{host}}. It names no server at all.',
    'Have the server present a certificate for this name.',
    'host',
  ),
  cert_expired: cause(
    'CERTIFICATE',
    'The certificate of {{host}} expired on {{date}}.',
    'Have the certificate renewed on the server. If it looks current, check the clock of this machine: it says that today is {{today}}.',
  ),
  cert_chain_expired: cause(
    'CERTIFICATE',
    'A certificate in the chain of {{host}} has expired.',
    'Have the certificate renewed on the server, or the private CA replaced. If both look current, check the clock of this machine: it says that today is {{today}}.',
    'caCertificate',
  ),
  cert_not_yet: cause(
    'CERTIFICATE',
    'The certificate of {{host}} is not valid yet, only from {{date}}.',
    'Check the clock of this machine, which says that today is {{today}}, and of the machine that issued the certificate.',
  ),
  cert_chain_not_yet: cause(
    'CERTIFICATE',
    'A certificate in the chain of {{host}} is not valid yet.',
    'Check the clock of this machine, which says that today is {{today}}, and of the machine that issued the certificate.',
  ),
  cert_self_signed: cause(
    'CERTIFICATE',
    'The certificate of {{host}} is signed by itself, not by an authority trusted here.',
    'If the server is yours, add this certificate to the configuration as private CA.',
    'caCertificate',
  ),
  cert_unknown_ca: cause(
    'CERTIFICATE',
    'The certificate of {{host}} comes from an authority that is not trusted here ({{issuer}}).',
    "Add the certificate of the server's private CA to the configuration. For a public authority, have the server send its intermediate certificates too.",
    'caCertificate',
  ),
  cert_refused: cause(
    'CERTIFICATE',
    'The certificate of {{host}} was not accepted ({{problem}}).',
    'Have the server present a valid certificate, or correct the private CA of the configuration.',
    'caCertificate',
  ),

  auth_timeout: cause('TIMEOUT', '{{host}}:{{port}} did not answer the login within {{seconds}} s.', MAIL_ERRORS.TIMEOUT.remedy),
  auth_not_offered: cause(
    'AUTH',
    'The server offers no login on this connection.',
    'Switch authentication off if the server wants none; otherwise check the port and the security setting.',
    'port',
  ),
  auth_needs_tls: cause(
    'AUTH',
    'The server offers no login on this connection: it wants encryption first.',
    'Choose STARTTLS.',
    'security',
    STARTTLS,
  ),
  auth_no_xoauth2: cause(
    'AUTH',
    'The server offers no login with a token (XOAUTH2).',
    'Check the host: the one of Microsoft 365 is smtp.office365.com, port 587, STARTTLS. Others want a password.',
    'host',
  ),
  auth_failed: cause('AUTH', 'The login could not be carried out.', MAIL_ERRORS.AUTH.remedy, 'username'),
  auth_later: cause('AUTH', 'The server could not check the login just now.', LATER),
  auth_too_often: cause(
    'AUTH',
    'The server takes no more logins just now: there were too many.',
    'Wait, an hour to be safe. Other applications may be using the same account with an old password.',
  ),
  auth_method: cause(
    'AUTH',
    'The server does not accept this way of logging in.',
    'Check the security setting: many servers take a login only over an encrypted connection.',
    'security',
  ),
  auth_app_password: cause(
    'AUTH',
    "The server wants an app password instead of the account's own.",
    'Create an app password in the account and enter it here.',
    'password',
  ),
  auth_google: cause(
    'AUTH',
    'Google refused the user name or password.',
    'Google takes app passwords only: switch two-step verification on, create one at myaccount.google.com/apppasswords and enter it here. The user name is the whole address.',
    'password',
  ),
  auth_google_browser: cause(
    'AUTH',
    'Google holds this login back until it is confirmed in a browser.',
    'Sign in to the account in a browser and confirm that it was you; then use an app password.',
    'password',
  ),
  auth_provider_app_password: cause(
    'AUTH',
    'The server refused the user name or password.',
    'This provider takes app passwords only: create one in the security settings of the account and enter it here.',
    'password',
  ),
  auth_microsoft: cause(
    'AUTH',
    'Microsoft refused the user name or password.',
    'Check both. With two-step verification it has to be an app password, and Microsoft is ending password login: OAuth2 or Microsoft Graph will last.',
    'password',
  ),
  auth_microsoft_mailbox: cause(
    'AUTH',
    'Login over SMTP is switched off for this Microsoft 365 mailbox.',
    'Allow "Authenticated SMTP" for the mailbox in the Microsoft 365 admin center (Users, Mail, Manage email apps), or use Microsoft Graph.',
    'authMethod',
  ),
  auth_microsoft_tenant: cause(
    'AUTH',
    'Login over SMTP is switched off for this whole Microsoft 365 tenant.',
    'Use OAuth2 or Microsoft Graph, or have an administrator allow it: Set-TransportConfig -SmtpClientAuthenticationDisabled $false.',
    'authMethod',
  ),
  auth_microsoft_basic: cause(
    'AUTH',
    'Microsoft takes no passwords from this account any more.',
    'Sign in with OAuth2, or use Microsoft Graph.',
    'authMethod',
  ),
  auth_microsoft_policy: cause(
    'AUTH',
    'A security policy of the Microsoft 365 tenant blocks this login.',
    'Sign in with OAuth2 or use Microsoft Graph, or have an administrator except this account from security defaults and Conditional Access.',
    'authMethod',
  ),
  auth_token: cause(
    'AUTH',
    'The server refused the token.',
    'Give the app SMTP.SendAsApp with admin consent, register it in Exchange (New-ServicePrincipal with the object id of the enterprise application) and give it the mailbox (Add-MailboxPermission).',
    'clientId',
  ),
  auth_refused: cause('AUTH', 'The server refused the user name or password.', MAIL_ERRORS.AUTH.remedy, 'password'),
  auth_wanted: cause(
    'AUTH',
    'The server takes mail only after a login.',
    'Switch authentication on and enter a user name and password.',
    'authRequired',
  ),

  sender_later: cause(
    'SENDER',
    'The server does not take mail from this sender just now.',
    'It will be worth trying again later.',
    'fromAddress',
  ),
  sender_smtputf8: cause(
    'SENDER',
    'The server refused the sender {{from}}: it takes no addresses with such letters (SMTPUTF8).',
    'Use a From address in plain letters, or a server that offers SMTPUTF8.',
    'fromAddress',
  ),
  sender_not_allowed: cause(
    'SENDER',
    'The server refused the sender {{from}}: this account may not send as it.',
    'Use the From address of the account, or ask the provider for the right to use this one.',
    'fromAddress',
  ),
  sender_refused: cause('SENDER', 'The server refused the sender address.', MAIL_ERRORS.SENDER.remedy, 'fromAddress'),
  // Many servers judge the sender only when they hear of the recipient, or have read the message.
  recipient_sender: cause(
    'RECIPIENT',
    'The server refused the recipient because of the sender {{from}}.',
    'Use the From address of the account, or ask the provider for the right to use this one.',
    'fromAddress',
  ),
  content_sender: cause(
    'CONTENT',
    'The server refused the message: this account may not send as {{from}}.',
    'Use the From address of the account, or ask the provider for the right to use this one.',
    'fromAddress',
  ),

  recipient_refused: cause('RECIPIENT', 'The server refused the recipient {{address}}.', 'Check the address.'),
  recipients_refused: cause('RECIPIENT', 'The server refused every recipient.', MAIL_ERRORS.RECIPIENT.remedy),
  recipient_later: cause('RECIPIENT', 'The server refused the recipient {{address}}.', 'The refusal is temporary: try again later.'),
  recipients_later: cause('RECIPIENT', 'The server refused every recipient.', 'The refusal is temporary: try again later.'),
  recipient_smtputf8: cause(
    'RECIPIENT',
    'The server refused the recipient {{address}}: it takes no addresses with such letters (SMTPUTF8).',
    'Use a server that offers SMTPUTF8, or another address of the recipient.',
    'host',
  ),
  relay_denied: cause(
    'RECIPIENT',
    'The server refused to pass on mail to the recipient.',
    'The server does not pass on mail to this address: check whether it wants a login, or takes mail for its own domains only.',
    'authRequired',
  ),

  message_timeout: cause(
    'TIMEOUT',
    '{{host}}:{{port}} stopped answering for {{seconds}} s and has not taken the message.',
    MAIL_ERRORS.TIMEOUT.remedy,
  ),
  content_too_large: cause('CONTENT', 'The message is larger than the server takes.', 'Send smaller or fewer attachments.'),
  content_later: cause('CONTENT', 'The server did not take the message for now.', LATER),
  content_refused: cause('CONTENT', 'The server refused the message itself.', MAIL_ERRORS.CONTENT.remedy),
  answer_lost: cause(
    'AMBIGUOUS',
    'The connection ended after the whole message was handed over and before the server answered.',
    MAIL_ERRORS.AMBIGUOUS.remedy,
  ),
};
