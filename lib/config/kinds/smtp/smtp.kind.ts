import { isFQDN, isIP } from 'class-validator';
import { hasControlCharacters } from '../../../shared/control-characters.js';
import { type SecretDestination, maySendTo } from '../../../secret/secret-destination.js';
import { firstProblem, limitsOf } from '../../../shared/config-checks.js';
import { CONFIG_FIELDS, SECURITY_PORTS } from '../../../shared/config-fields.js';
import { endsInNumber, isIpv4 } from '../../../shared/host-names.js';
import { parseProxyUrl } from '../../../shared/proxy-url.js';
import { isSmtpSecurity } from '../../../transport/smtp/security.js';
import { CA_LIMITS, PIN_LIMITS, certificateFingerprints } from '../../ca-certificate.js';
import { rule } from '../../rule.js';
import { NO_ENTRA, entraRules, entraViolations } from '../entra.js';
import type { ConfigKind, LoginSettings, PolicyOptions, StoredSettings, Violation } from '../kind.js';
import { ADVANCED_RULES, advancedViolations } from './advanced-rules.js';
import { keyProblem } from './client-certificate.js';
import { passwordWarning } from './login-warning.js';
import { createSmtpSender } from './smtp.sender.js';

/** An SMTP server, with a password, as an app of Microsoft 365, with a client certificate, or without a login. */
export const smtpKind: ConfigKind = {
  loginStep: 'auth',
  rules: {
    ...entraRules(usesEntra),
    host: [
      rule(
        'host_numeric',
        'Enter an IP address with all of its parts, such as 192.0.2.1, or a host name.',
        (value) => typeof value !== 'string' || isIpv4(value) || !endsInNumber(value),
      ),
      rule('host_format', 'Enter a host name such as smtp.example.com, or an IP address.', (value) => value === null || isHost(value)),
      rule('required', 'Enter the SMTP host.', (value) => value !== null),
    ],
    caCertificate: CA_LIMITS,
    pinnedCertificate: PIN_LIMITS,
    clientCertificate: CA_LIMITS,
    ...ADVANCED_RULES,
  },
  convert(settings, { authMethod = 'password', authRequired = true }) {
    const security = settings.security ?? 'starttls';
    const { timeoutScale } = settings;
    return {
      ...settings,
      authMethod,
      authRequired,
      security,
      timeoutScale: timeoutScale ?? CONFIG_FIELDS.timeoutScale.blank,
      port: settings.port ?? SECURITY_PORTS[security] ?? null,
    };
  },
  normalize(settings) {
    const own = settings.proxyUrl === null ? { ...settings, proxyUser: null } : settings;
    if (own.authRequired === false) return { ...own, ...NO_ENTRA, username: null, authMethod: 'password', authMechanism: null };
    return own.authMethod === 'oauth2' ? own : { ...own, ...NO_ENTRA };
  },
  secrets({ authRequired, authMethod, security, clientCertificate, proxyUser }) {
    return [
      ...(authRequired ? [authMethod === 'oauth2' ? ('clientSecret' as const) : ('password' as const)] : []),
      ...(clientCertificate && security !== 'none' ? (['clientKey'] as const) : []),
      ...(proxyUser ? (['proxyPassword'] as const) : []),
    ];
  },
  secretProblem: ({ clientCertificate }, secret, value) => (secret === 'clientKey' ? keyProblem(value, clientCertificate) : undefined),
  /**
   * Sends a client secret to Microsoft's sign-in, and a token made from it to the mail server. With a TLS server name, whoever holds a
   * certificate for that name could take the place of the host: both must be allowed. The same applies to a proxy, which sees everything
   * unless the server's certificate is checked against well-known CAs. A pinned certificate trusts a server that an admin names, as a
   * private CA does.
   */
  secretUse({ host, port, security, tlsServerName, caCertificate, pinnedCertificate, graphCloud, proxyUrl }, secret, { clouds }) {
    const tokenHosts = clouds.get(graphCloud ?? '')?.smtp ?? [];
    const proxy = parseProxyUrl(proxyUrl ?? '');
    const proxies = proxy ? [{ host: proxy.host, port: proxy.port }] : [];
    if (secret === 'proxyPassword') return { destinations: proxies.map((one) => ({ kind: 'smtp', ...one })), tokenHosts, hasOwnCa: false };
    const names = [host ?? '', ...(tlsServerName ? [tlsServerName] : [])];
    const servers = [
      ...names.map((name) => ({ host: name, port: port ?? 0 })),
      ...(security === 'none' || caCertificate || pinnedCertificate ? proxies : []),
    ];
    const tokens = servers.map((server): SecretDestination => ({ kind: 'token', ...server })).filter((to) => !maySendTo(tokenHosts, to));
    return {
      destinations:
        secret === 'clientSecret'
          ? [{ kind: 'graph', cloud: graphCloud ?? '' }, ...tokens]
          : servers.map((server) => ({ kind: 'smtp', ...server })),
      tokenHosts,
      hasOwnCa: Boolean(caCertificate || pinnedCertificate),
    };
  },
  violations: (settings, options) => [
    ...serverViolations(settings, options),
    ...advancedViolations(settings),
    ...(usesEntra(settings) ? entraViolations(settings, options) : loginViolations(settings)),
  ],
  servers({ host, port, proxyUrl }) {
    const proxy = typeof proxyUrl === 'string' ? parseProxyUrl(proxyUrl) : undefined;
    return [
      { host: host!, port: port!, hostField: 'host', portField: 'port' },
      ...(proxy ? [{ host: proxy.host, port: proxy.port, hostField: 'proxyUrl', portField: 'proxyUrl' } as const] : []),
    ];
  },
  loginWarning: ({ host, authRequired, authMethod }) => (authRequired && authMethod === 'password' ? passwordWarning(host) : null),
  describe: ({ host, port, security, username, authMethod }) => [
    ['type', 'SMTP server'],
    ['host', String(host)],
    ['port', String(port)],
    ['security', { text: `security_${security!}` }],
    ['username', username === null ? { text: 'username_none' } : authMethod === 'oauth2' ? `${username} (OAuth2)` : username],
  ],
  createSender: createSmtpSender,
};

function usesEntra({ authRequired, authMethod }: LoginSettings): boolean {
  return Boolean(authRequired) && authMethod === 'oauth2';
}

function serverViolations(settings: StoredSettings, options: PolicyOptions): Violation[] {
  const { host, port, security, authRequired, caCertificate, pinnedCertificate, clientCertificate } = settings;
  const { allowPlaintext, allowPlaintextAuth, allowAnonymousTls } = options;
  const found: Violation[] = [];
  if (!isHost(host) || port === null || firstProblem(limitsOf('port'), port)) found.push(['no_server']);
  if (caCertificate && (typeof caCertificate !== 'string' || !certificateFingerprints(caCertificate))) found.push(['damaged_ca']);
  if (pinnedCertificate && (typeof pinnedCertificate !== 'string' || certificateFingerprints(pinnedCertificate)?.length !== 1)) {
    found.push(['damaged_pin']);
  }
  if (clientCertificate && (typeof clientCertificate !== 'string' || !certificateFingerprints(clientCertificate))) {
    found.push(['damaged_client_certificate']);
  }
  if (!isSmtpSecurity(security)) return [...found, ['unknown_security', security]];
  const isPlain = security === 'none';
  if (isPlain && !allowPlaintext) found.push(['plaintext_forbidden']);
  if (isPlain && authRequired && !allowPlaintextAuth) found.push(['plaintext_auth_forbidden']);
  if (!isPlain && authRequired === false && !allowAnonymousTls && !clientCertificate) found.push(['anonymous_tls_forbidden']);
  return found;
}

function loginViolations({ authRequired, username }: StoredSettings): Violation[] {
  const hasLogin = typeof username === 'string' && username !== '' && !hasControlCharacters(username);
  return authRequired && !hasLogin ? [['no_login']] : [];
}

function isHost(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > CONFIG_FIELDS.host.maxLength) return false;
  if (isIpv4(value) || isIP(value, 6)) return true;
  // Names are stored in ASCII. What is left are characters that would make another name or an address of it.
  return /^[\x21-\x7e]+$/.test(value) && !endsInNumber(value) && isFQDN(value, { require_tld: false, allow_underscores: true });
}
