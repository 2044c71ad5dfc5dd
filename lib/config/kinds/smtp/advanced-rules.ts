import { isPlainAddress } from '../../../message/mailbox.js';
import { hasControlCharacters } from '../../../shared/control-characters.js';
import { parseProxyUrl } from '../../../shared/proxy-url.js';
import { firstProblem, limitsOf } from '../../../shared/config-checks.js';
import { AUTH_METHODS, fitsMethod, type SettingName } from '../../../shared/config-fields.js';
import { isDomainName, isEhloName, isIpv4, isIpv6 } from '../../../shared/host-names.js';
import { type Rule, rule, type Rules } from '../../rule.js';
import type { StoredSettings, Violation } from '../kind.js';

/** The rules for the fields of an SMTP server under Advanced. */
export const ADVANCED_RULES = {
  envelopeFrom: [
    rule('email', 'Enter one email address, such as bounces@example.com.', (value) => value === null || isPlainAddress(value)),
  ],
  ehloName: [
    rule(
      'ehlo_name',
      'Enter a host name such as app.example.com, or an address in brackets such as [192.0.2.1].',
      (value) => value === null || (typeof value === 'string' && isEhloName(value)),
    ),
  ],
  tlsServerName: [
    rule(
      'tls_server_name',
      'Enter the host name in the server’s certificate, such as smtp.example.com.',
      (value) => value === null || (typeof value === 'string' && isDomainName(value)),
    ),
  ],
  timeoutScale: [],
  localAddress: [
    rule(
      'local_address',
      'Enter an IP address of this machine, such as 192.0.2.1 or 2001:db8::1.',
      (value) => value === null || (typeof value === 'string' && (isIpv4(value) || isIpv6(value))),
    ),
  ],
  proxyUrl: [
    rule(
      'proxy_url',
      'Enter the URL of the proxy with its port, such as http://proxy.example.com:3128 or socks5://192.0.2.1:1080.',
      (value) => value === null || (typeof value === 'string' && parseProxyUrl(value) !== undefined),
    ),
  ],
  proxyUser: [
    rule(
      'proxy_user',
      'Enter the user name without a colon.',
      (value) => value === null || (typeof value === 'string' && !value.includes(':') && !hasControlCharacters(value)),
    ),
  ],
  authMechanism: [
    rule(
      'mechanism_method',
      'This mechanism does not fit the login method. Choose another one, or none.',
      // An unknown mechanism is no choice of the field.
      (value, { authMethod }) => !AUTH_METHODS.some((method) => fitsMethod(value, method)) || fitsMethod(value, authMethod),
    ),
  ],
} satisfies Rules;

const NAMES = Object.keys(ADVANCED_RULES) as (keyof typeof ADVANCED_RULES & SettingName)[];

/** Returns the fields that no rule would accept: a row can be edited by hand. */
export function advancedViolations(settings: StoredSettings): Violation[] {
  const isBad = (name: (typeof NAMES)[number]): boolean =>
    firstProblem(limitsOf(name), settings[name]) !== undefined ||
    (ADVANCED_RULES[name] as readonly Rule[]).some(({ isValid }) => !isValid(settings[name], { ...settings, isDefault: false }));
  return NAMES.filter(isBad).map((name) => ['bad_setting', settings[name], name]);
}
