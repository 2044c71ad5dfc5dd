import { domainToASCII } from 'node:url';
import {
  CONFIG_FIELDS,
  type ConfigSettings,
  FACT_NAMES,
  SECRET_COLUMNS,
  SECURITY_PORTS,
  SETTING_NAMES,
  type SettingName,
  type SmtpSecurity,
  blankSettings,
  hasField,
  hasSecretName,
  secretParts,
} from '../shared/config-fields.js';
import { isIpv4 } from '../shared/host-names.js';
import { cleanProxyUrl } from '../shared/proxy-url.js';
import type { FieldProblem } from '../shared/mail-error.js';
import { findKind } from './kinds/kinds.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import type { SmtpConfigInput } from './smtp-config.input.js';

/** Every field that can be written. */
export const WRITABLE: ReadonlySet<string> = new Set([...SETTING_NAMES, ...SECRET_COLUMNS.flatMap(secretParts), 'version']);

/** Read-only fields that a form sends back; they are ignored. */
const READ_ONLY: ReadonlySet<string> = new Set([...FACT_NAMES, ...SECRET_COLUMNS.map(hasSecretName)]);

/** More than any list may contain. */
const MAX_LIST = 1_000;

/** Returns the settings of a new configuration, with the usual port and login of a security. */
export function blankCandidate(security: SmtpSecurity = 'starttls'): ConfigSettings {
  return { ...blankSettings(), security, port: SECURITY_PORTS[security], authRequired: security !== 'none' };
}

/** Returns the settings of a stored configuration. */
export function candidateOf(stored: SmtpConfig, isDefault: boolean): ConfigSettings {
  const values = { ...stored, isDefault };
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, values[name]])) as unknown as ConfigSettings;
}

/** Merges the input into the base. Trims each string and uses LF line endings; an empty string becomes null. */
export function mergeInput(base: ConfigSettings, input: SmtpConfigInput): ConfigSettings {
  const values = input as Record<string, unknown>;
  const merged: Record<string, unknown> = { ...base };
  for (const name of SETTING_NAMES) {
    if (values[name] !== undefined) merged[name] = clean(name, values[name]);
  }
  const settings = merged as unknown as ConfigSettings;
  const kind = findKind(settings.type);
  if (!kind) return settings;
  const own = withoutForeign(settings.type === base.type ? settings : kind.convert(settings, input));
  return kind.normalize(own);
}

/** Empties the fields that the kind does not have. */
function withoutForeign(settings: ConfigSettings): ConfigSettings {
  const foreign = SETTING_NAMES.filter((name) => !hasField(settings.type, name));
  return { ...settings, ...Object.fromEntries(foreign.map((name) => [name, null])) };
}

/** Returns the problems of fields that do not exist. */
export function unknownFields(input: object): Record<string, FieldProblem> {
  return Object.fromEntries(
    Object.keys(input)
      .filter((field) => !WRITABLE.has(field) && !READ_ONLY.has(field))
      .map((field) => [field, { code: 'unknown_field', message: 'This field does not exist.' }]),
  );
}

/** Normalizes the spelling of values that are compared, looked up or matched with a certificate. */
const SPELLING: { readonly [Name in SettingName]?: (text: string) => string } = {
  host: cleanHost,
  tlsServerName: cleanHost,
  localAddress: (address) => address.replace(/^\[(.*)\]$/, '$1').toLowerCase(),
  proxyUrl: cleanProxyUrl,
  // An address keeps its brackets.
  ehloName: (name) => (name.startsWith('[') ? name : cleanHost(name)),
  tenantId: (id) => id.toLowerCase(),
  clientId: (id) => id.toLowerCase(),
};

function clean(name: SettingName, value: unknown): unknown {
  const { value: type, blank } = CONFIG_FIELDS[name];
  if (type === 'list') return cleanList(value);
  if (type !== 'text') return value;
  const text = cleanText(value) ?? blank;
  return typeof text === 'string' ? (SPELLING[name]?.(text) ?? text) : text;
}

/**
 * Normalizes a host name. A string that `domainToASCII` would shorten, decode or turn into an IPv4 address stays as it is, for the rules
 * to reject.
 */
function cleanHost(typed: string): string {
  // Longer names are rejected by the rules, and would keep `domainToASCII` busy.
  if (typed.length > CONFIG_FIELDS.host.maxLength) return typed;
  const host = typed.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (/[\s\p{Cc}/\\?#%@:]/u.test(host)) return host;
  const ascii = domainToASCII(host);
  return !ascii || isIpv4(ascii) ? host : ascii;
}

function cleanText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replaceAll('\r\n', '\n').trim() || null;
}

function cleanList(value: unknown): unknown {
  if (value === null) return [];
  // A list that is too long is rejected by the rules, unread.
  if (!Array.isArray(value) || value.length > MAX_LIST) return value;
  const cleaned = value.map(cleanText).filter((entry) => entry !== null);
  return [...new Set(cleaned)];
}
