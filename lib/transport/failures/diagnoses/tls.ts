import { diagnosis } from '../../../shared/diagnosis.js';
import { IMPLICIT, SLOW, STARTTLS, SUBMISSION } from './offers.js';

/** Encryption and certificates of a mail server. */
export const TLS_DIAGNOSES = {
  plaintext_only: diagnosis(
    'TLS',
    '{{host}}:{{port}} offers no encryption, and this application requires it.',
    'Enable TLS on the server, or ask the application’s operator to set the option "allowPlaintext".',
    'host',
  ),
  plaintext_login: diagnosis(
    'TLS',
    '{{host}}:{{port}} offers no encryption. Passwords are never sent unencrypted.',
    'Enable TLS on the server, or test without a login.',
    'host',
  ),
  tls_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} did not complete the TLS handshake within {{seconds}} s.',
    `Check the port. If the server starts without encryption, choose STARTTLS (usually port 587). ${SLOW}`,
    'security',
    SUBMISSION,
  ),
  starttls_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} did not complete the TLS handshake within {{seconds}} s.',
    `Try again later. If it keeps happening, a firewall or proxy may be blocking encryption. ${SLOW}`,
    'timeoutScale',
  ),
  tls_too_old: diagnosis(
    'TLS',
    '{{host}}:{{port}} supports only TLS versions that are no longer secure.',
    'Enable TLS 1.2 or newer on the server.',
    'host',
  ),
  tls_expects_starttls: diagnosis(
    'TLS',
    '{{host}}:{{port}} does not accept TLS from the start.',
    'Choose STARTTLS for this port, or use the SSL/TLS port (usually 465).',
    'security',
    STARTTLS,
  ),
  tls_failed: diagnosis(
    'TLS',
    'The encrypted connection to {{host}}:{{port}} could not be set up.',
    'Check the port and the security setting. The server may require a client certificate, or share no TLS version or cipher with this machine.',
    'security',
  ),
  starttls_not_offered: diagnosis(
    'TLS',
    '{{host}}:{{port}} does not offer STARTTLS, so nothing was sent.',
    'Check the port (usually 587 for STARTTLS) or choose SSL/TLS. If the server should offer STARTTLS, a firewall or proxy may be removing it.',
    'security',
    IMPLICIT,
  ),
  starttls_refused: diagnosis(
    'TLS',
    '{{host}}:{{port}} offers STARTTLS but could not start it.',
    'Try again later. If it keeps happening, the server’s TLS configuration needs fixing.',
    'security',
    IMPLICIT,
  ),
  starttls_broken: diagnosis(
    'TLS',
    '{{host}}:{{port}} offers STARTTLS but could not start it.',
    'Check the server’s TLS configuration, or use SSL/TLS on port 465 if the server offers it.',
    'security',
    IMPLICIT,
  ),
  tls_required: diagnosis('TLS', 'The server accepts mail only over an encrypted connection.', 'Choose STARTTLS.', 'security', STARTTLS),
  tls_dropped: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} dropped the connection as soon as it was encrypted.',
    'The server may require a client certificate, or its login service may be down. The server’s log says which.',
  ),
  client_certificate: diagnosis(
    'TLS',
    '{{host}}:{{port}} requires a client certificate.',
    'Enter a client certificate that the server accepts and its private key, or use a port that accepts a login instead.',
    'clientCertificate',
  ),
  client_certificate_refused: diagnosis(
    'TLS',
    '{{host}}:{{port}} does not accept the client certificate.',
    'Ask the server’s administrator which client certificates are accepted. Enter one of them, followed by its intermediate certificates, and its private key.',
    'clientCertificate',
  ),
  client_certificate_expired: diagnosis(
    'TLS',
    '{{host}}:{{port}} does not accept the client certificate, which expired on {{date}}.',
    'Enter a new client certificate and its private key.',
    'clientCertificate',
  ),
  cert_name: diagnosis(
    'CERTIFICATE',
    'The server’s certificate is not valid for {{host}}. It is valid for {{names}}.',
    'Use one of the names in the certificate as the host. If the host is an address or an alias of your network, enter that name as the TLS server name. If no name fits, pin the certificate.',
  ),
  cert_nameless: diagnosis(
    'CERTIFICATE',
    'The server’s certificate is not valid for {{host}}. It contains no server name.',
    'Install a certificate for this name on the server, or pin this one.',
    'pinnedCertificate',
  ),
  cert_expired: diagnosis(
    'CERTIFICATE',
    'The certificate of {{host}} expired on {{date}}.',
    'Renew the certificate on the server. If it is current, check this machine’s clock, which shows {{today}}.',
  ),
  cert_chain_expired: diagnosis(
    'CERTIFICATE',
    'A certificate in the certificate chain of {{host}} has expired.',
    'Renew the certificate on the server or replace the private CA. If both are current, check this machine’s clock, which shows {{today}}.',
    'caCertificate',
  ),
  cert_not_yet: diagnosis(
    'CERTIFICATE',
    'The certificate of {{host}} is not valid yet. It becomes valid on {{date}}.',
    'Check this machine’s clock, which shows {{today}}, and the clock of the machine that issued the certificate.',
  ),
  cert_chain_not_yet: diagnosis(
    'CERTIFICATE',
    'A certificate in the certificate chain of {{host}} is not valid yet.',
    'Check this machine’s clock, which shows {{today}}, and the clock of the machine that issued the certificate.',
  ),
  cert_self_signed: diagnosis(
    'CERTIFICATE',
    'The certificate of {{host}} is self-signed and not trusted.',
    'If the server is yours, add this certificate as the private CA, or pin it if its name does not match either.',
    'caCertificate',
  ),
  cert_unknown_ca: diagnosis(
    'CERTIFICATE',
    'The certificate of {{host}} was issued by a CA that is not trusted ({{issuer}}).',
    'Add the certificate of the server’s private CA to the configuration. If it is a public CA, configure the server to send its intermediate certificates.',
    'caCertificate',
  ),
  cert_changed: diagnosis(
    'CERTIFICATE',
    'The certificate of {{host}} is not the pinned one. Its SHA-256 fingerprint is {{fingerprint}}.',
    'Ask the server’s administrator whether the certificate was replaced and has this fingerprint. If so, pin the new one. If not, someone may be intercepting the connection.',
    'pinnedCertificate',
  ),
  cert_pinned_expired: diagnosis(
    'CERTIFICATE',
    'The pinned certificate of {{host}} expired on {{date}}.',
    'Renew the certificate on the server, then pin the new one. If it has not expired, check this machine’s clock, which shows {{today}}.',
    'pinnedCertificate',
  ),
  cert_refused: diagnosis(
    'CERTIFICATE',
    'The certificate of {{host}} was not accepted ({{problem}}).',
    'Install a valid certificate on the server, or correct the configuration’s private CA.',
    'caCertificate',
  ),
};
