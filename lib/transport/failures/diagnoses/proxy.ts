import { diagnosis } from '../../../shared/diagnosis.js';

/** The connection through a proxy. */
export const PROXY_DIAGNOSES = {
  proxy_egress: diagnosis(
    'EGRESS',
    'This application may not connect to the proxy {{proxy}}.',
    'Use another proxy or port, or ask the application’s operator to change the option "egress".',
    'proxyUrl',
  ),
  proxy_unreachable: diagnosis(
    'CONNECTION',
    'The proxy {{proxy}} could not be reached.',
    'Check the proxy URL, and check that the proxy is running.',
    'proxyUrl',
  ),
  proxy_timeout: diagnosis(
    'TIMEOUT',
    'The proxy {{proxy}} opened no connection to {{host}}:{{port}} within {{seconds}} s.',
    'Check the proxy URL, and check that the proxy can reach the server.',
    'proxyUrl',
  ),
  not_a_proxy: diagnosis(
    'CONNECTION',
    '{{proxy}} did not reply as a proxy ({{protocol}}) does.',
    'Check the port of the proxy, and whether its URL begins with http://, https:// or socks5://.',
    'proxyUrl',
  ),
  proxy_tls: diagnosis(
    'TLS',
    'No trusted encrypted connection to the proxy {{proxy}} was possible.',
    'Check that the proxy uses TLS. The application must trust its certificate (option "trustedCa"). A proxy without TLS has a URL with http://.',
    'proxyUrl',
  ),
  proxy_login_required: diagnosis(
    'AUTH',
    'The proxy {{proxy}} requires a login.',
    'Enter the user name and the password of the proxy.',
    'proxyUser',
  ),
  proxy_login: diagnosis(
    'AUTH',
    'The proxy {{proxy}} refused the user name and password.',
    'Check the user name and the password of the proxy.',
    'proxyPassword',
  ),
  proxy_login_method: diagnosis(
    'AUTH',
    'The proxy {{proxy}} does not accept logins with a user name and password.',
    'Ask the administrator of the proxy to allow this (Basic or SOCKS5 authentication), or to allow this machine without a login.',
    'proxyUrl',
  ),
  proxy_refused: diagnosis(
    'CONNECTION',
    'The proxy {{proxy}} does not allow connections to {{host}}:{{port}}.',
    'Ask the administrator of the proxy to allow them. Many proxies allow port 443 only.',
    'proxyUrl',
  ),
  proxy_failed: diagnosis(
    'CONNECTION',
    'The proxy {{proxy}} could not connect to {{host}}:{{port}}.',
    'Check the host and port, and check that the proxy can reach the server.',
    'host',
  ),
} as const;
