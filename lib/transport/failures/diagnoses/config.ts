import { diagnosis } from '../../../shared/diagnosis.js';

const SAVE = 'and save the configuration.';

/** Problems before any connection: unknown values, settings that options forbid, and limits on tests. */
export const CONFIG_DIAGNOSES = {
  unknown_type: diagnosis('CONFIG_INVALID', 'The configuration has an unknown type: "{{value}}".', `Choose the type again ${SAVE}`, 'type'),
  unknown_security: diagnosis(
    'CONFIG_INVALID',
    'The configuration has an unknown security setting: "{{value}}".',
    `Choose STARTTLS, SSL/TLS or no encryption ${SAVE}`,
    'security',
  ),
  unknown_auth_method: diagnosis(
    'CONFIG_INVALID',
    'The configuration has an unknown login method: "{{value}}".',
    `Choose the login method again ${SAVE}`,
    'authMethod',
  ),
  unknown_cloud: diagnosis(
    'CONFIG_INVALID',
    'The cloud "{{value}}" is not available in this application (option "graph.clouds").',
    `Choose another cloud ${SAVE}`,
    'graphCloud',
  ),
  no_server: diagnosis('CONFIG_INVALID', 'The configuration has no valid host and port.', `Enter both ${SAVE}`, 'host'),
  bad_connections: diagnosis(
    'CONFIG_INVALID',
    'The configuration has an invalid number of connections: "{{value}}".',
    `Enter a whole number from 1 to 50 ${SAVE}`,
    'maxConnections',
  ),
  bad_setting: diagnosis('CONFIG_INVALID', 'A setting under "Advanced" has an invalid value: "{{value}}".', `Correct it ${SAVE}`),
  damaged_ca: diagnosis(
    'CONFIG_INVALID',
    'The configuration’s private CA is damaged and can’t be read.',
    `Paste the certificate again ${SAVE}`,
    'caCertificate',
  ),
  damaged_pin: diagnosis(
    'CONFIG_INVALID',
    'The configuration’s pinned certificate is damaged and can’t be read.',
    `Pin the certificate again ${SAVE}`,
    'pinnedCertificate',
  ),
  damaged_client_certificate: diagnosis(
    'CONFIG_INVALID',
    'The configuration’s client certificate is damaged and can’t be read.',
    `Enter the client certificate again ${SAVE}`,
    'clientCertificate',
  ),
  bad_client_key: diagnosis(
    'CONFIG_INVALID',
    'The private key of the client certificate is encrypted, damaged or belongs to another certificate.',
    `Enter the private key of this certificate, without a passphrase, ${SAVE}`,
    'clientKey',
  ),
  bad_address: diagnosis(
    'CONFIG_INVALID',
    'The configuration has an invalid sender, Reply-To, CC or BCC address: "{{value}}".',
    `Correct the address ${SAVE}`,
    'fromAddress',
  ),
  no_login: diagnosis(
    'CONFIG_INVALID',
    'The configuration needs a login, but its user name, tenant ID or client ID is missing or invalid.',
    `Enter the login again ${SAVE}`,
    'username',
  ),
  plaintext_forbidden: diagnosis(
    'CONFIG_INVALID',
    'This application does not allow unencrypted connections (option "allowPlaintext").',
    `Choose STARTTLS or SSL/TLS ${SAVE}`,
    'security',
  ),
  plaintext_auth_forbidden: diagnosis(
    'CONFIG_INVALID',
    'This application does not allow logins over unencrypted connections (option "allowPlaintextAuth").',
    `Choose STARTTLS or SSL/TLS ${SAVE}`,
    'security',
  ),
  anonymous_tls_forbidden: diagnosis(
    'CONFIG_INVALID',
    'This application requires a login for encrypted connections (option "allowAnonymousTls").',
    `Turn on authentication, enter the credentials ${SAVE}`,
    'authRequired',
  ),
  password_grant_forbidden: diagnosis(
    'CONFIG_INVALID',
    'This application does not allow MS Graph sign-in with a user password (option "graph.allowPasswordGrant").',
    `Choose to sign in as an app ${SAVE}`,
    'authMethod',
  ),
  not_the_only_one: diagnosis(
    'CONFIG_INVALID',
    'This application has a single configuration, named "default" (option "single"); "{{value}}" is not used.',
    'Delete it, or restart the application without the option.',
  ),

  tests_per_minute: diagnosis('RATE_LIMITED', 'Test limit reached: {{limit}} per minute.', 'Try again in {{seconds}} s.'),
  tests_at_once: diagnosis(
    'RATE_LIMITED',
    'Test limit reached: {{limit}} at the same time.',
    'Wait for a running test to finish, or stop it.',
  ),
};
