import { cause } from './cause.js';

const SAVE = 'and save the configuration.';

/** What keeps a configuration from being used at all: a value that means nothing here, or an option that forbids it. */
export const CONFIG_CAUSES = {
  unknown_type: cause('CONFIG_INVALID', 'The configuration has an unknown type: "{{value}}".', `Choose the type again ${SAVE}`, 'type'),
  unknown_security: cause(
    'CONFIG_INVALID',
    'The configuration has an unknown security setting: "{{value}}".',
    `Choose STARTTLS, SSL/TLS or no encryption ${SAVE}`,
    'security',
  ),
  unknown_auth_method: cause(
    'CONFIG_INVALID',
    'The configuration has an unknown login method: "{{value}}".',
    `Choose the login method again ${SAVE}`,
    'authMethod',
  ),
  unknown_cloud: cause(
    'CONFIG_INVALID',
    'The cloud "{{value}}" is not available in this application (option "graph.clouds").',
    `Choose another cloud ${SAVE}`,
    'graphCloud',
  ),
  no_server: cause('CONFIG_INVALID', 'The configuration has no valid host and port.', `Enter both ${SAVE}`, 'host'),
  bad_connections: cause(
    'CONFIG_INVALID',
    'The configuration has an invalid number of connections: "{{value}}".',
    `Enter a whole number from 1 to 50 ${SAVE}`,
    'maxConnections',
  ),
  damaged_ca: cause(
    'CONFIG_INVALID',
    'The private CA of the configuration cannot be read: it was damaged.',
    `Paste the certificate again ${SAVE}`,
    'caCertificate',
  ),
  bad_address: cause(
    'CONFIG_INVALID',
    'The configuration has an invalid sender, Reply-To, CC or BCC address: "{{value}}".',
    `Correct the address ${SAVE}`,
    'fromAddress',
  ),
  no_login: cause(
    'CONFIG_INVALID',
    'The configuration logs in, but its user name, tenant or client ID is missing or invalid.',
    `Enter the login again ${SAVE}`,
    'username',
  ),
  plaintext_forbidden: cause(
    'CONFIG_INVALID',
    'This application does not allow unencrypted connections (option "allowPlaintext").',
    `Choose STARTTLS or SSL/TLS ${SAVE}`,
    'security',
  ),
  plaintext_auth_forbidden: cause(
    'CONFIG_INVALID',
    'This application does not log in over unencrypted connections (option "allowPlaintextAuth").',
    `Choose STARTTLS or SSL/TLS ${SAVE}`,
    'security',
  ),
  anonymous_tls_forbidden: cause(
    'CONFIG_INVALID',
    'This application requires a login for encrypted connections (option "allowAnonymousTls").',
    `Turn on authentication, enter the credentials ${SAVE}`,
    'authRequired',
  ),
  password_grant_forbidden: cause(
    'CONFIG_INVALID',
    'This application does not sign in to MS Graph with a user’s password (option "graph.allowPasswordGrant").',
    `Choose to sign in as an app ${SAVE}`,
    'authMethod',
  ),
  not_the_only_one: cause(
    'CONFIG_INVALID',
    'This application has a single configuration, named "default" (option "single"); "{{value}}" is not used.',
    'Delete it, or restart the application without the option.',
  ),
};
