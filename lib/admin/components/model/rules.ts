import {
  CERTIFICATE_NAMES,
  SECURITY_PORTS,
  destinationNames,
  hasField,
  type DestinationName,
  type SecretColumn,
  type SettingName,
  type SmtpConfigType,
  type SmtpSecurity,
} from '../../../shared/config-fields.js';
import { cleanProxyUrl } from '../../../shared/proxy-url.js';
import { STORED } from '../../../shared/secrets.js';
import type { LoginWarning, ScreenSettings } from '../../../shared/smtp-config.js';
import { kindOf } from '../form/kinds/index.js';
import type { AuthRule, ServerDraft } from '../form/kinds/kind.js';
import { EMPTY_DRAFT, cappedConnections, type Draft, type SavedConfig } from './draft.js';
import { secretDraft } from './secret.js';

/** Returns the usual port of a security, as a string. */
export const usualPort = (security: SmtpSecurity): string => String(SECURITY_PORTS[security]);

/** True while the port is the usual one of the security, and therefore follows it. */
const portFollows = (draft: Draft): boolean => draft.port.trim() === '' || draft.port.trim() === usualPort(draft.security);

/** Chooses a security with its port, and turns on the login when encryption is chosen after none. */
export function withSecurity(draft: Draft, security: SmtpSecurity): Draft {
  return {
    ...draft,
    security,
    port: portFollows(draft) ? usualPort(security) : draft.port,
    authRequired: draft.security === 'none' && security !== 'none' ? true : draft.authRequired,
  };
}

/** Chooses a kind of configuration. Settings of both kinds stay in the form until it is saved, so that switching back loses nothing. */
export function withType(draft: Draft, type: SmtpConfigType, start: Draft): Draft {
  if (type === draft.type) return draft;
  const saved = start.type === type ? start : undefined;
  const source = saved ?? EMPTY_DRAFT;
  const kind = kindOf(type);
  // The limit of the previous kind is not the admin's input.
  const isCapped = !kind.connectionLimit && Number(draft.maxConnections) === kindOf(draft.type).connectionLimit?.max;
  return {
    ...draft,
    ...kind.fill(draft, source),
    type,
    authMethod: saved?.authMethod ?? kind.authMethods[0],
    maxConnections: isCapped ? source.maxConnections : cappedConnections({ ...draft, type }),
  };
}

/** Returns the rule for the login checkbox: whether it can be changed, and why not. */
export const authRule = (draft: Draft, settings: ScreenSettings): AuthRule => kindOf(draft.type).authRule(draft, settings);

/** True if the draft has a login: by the rule if there is one, otherwise by the checkbox. */
export function authOn(draft: Draft, settings: ScreenSettings): boolean {
  const rule = authRule(draft, settings);
  return rule.locked ? rule.value : draft.authRequired;
}

/** Returns the secrets that the draft needs. */
export const neededSecrets = (draft: Draft, settings: ScreenSettings): SecretColumn[] =>
  kindOf(draft.type).secrets(draft, authOn(draft, settings));

/** True if the draft signs in at Microsoft with a tenant and an app. */
export const usesEntra = (draft: Draft, settings: ScreenSettings): boolean => neededSecrets(draft, settings).includes('clientSecret');

/** True if the provider may require an app password as the draft's password. */
export const wantsAppPassword = (draft: ServerDraft): boolean => kindOf(draft.type).mayWantAppPassword(draft);

/** Names the text of the warning about the draft's login; undefined without a warning. */
export function loginWarning(draft: Draft, settings: ScreenSettings): LoginWarning | undefined {
  const isPassword = hasField(draft.type, 'host') && neededSecrets(draft, settings).includes('password');
  return isPassword && settings.microsoftSmtpHosts.includes(draft.host.trim().toLowerCase()) ? 'microsoft_password' : undefined;
}

/** Settings that only a draft with a login has. */
const OF_LOGIN: readonly SettingName[] = ['authMethod', 'authMechanism', 'username'];
/** Settings that only a draft that signs in at Microsoft has. */
const OF_ENTRA: readonly SettingName[] = ['tenantId', 'clientId', 'graphCloud'];

/** True if a setting applies to the kind and the login of the draft. */
export function applies(name: SettingName, draft: Draft, settings: ScreenSettings): boolean {
  if (OF_LOGIN.includes(name)) return hasField(draft.type, name) && authOn(draft, settings);
  if (OF_ENTRA.includes(name)) return usesEntra(draft, settings);
  if (name === 'proxyUser') return hasField(draft.type, name) && draft.proxyUrl.trim() !== '';
  return hasField(draft.type, name);
}

const PEM = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g;

/** Returns the certificates of a PEM string, independent of line breaks and other text. */
function pem(value: string): string {
  const bodies = [...value.matchAll(PEM)].map(([, body]) => body ?? '');
  return (bodies.length ? bodies : [value]).map((body) => body.replace(/\s/g, '')).join(' ');
}

const lower = (typed: string): string => typed.trim().toLowerCase();
/** The compared form of settings that can be written in several ways; the others are compared by their trimmed text. */
const COMPARED: Partial<Record<DestinationName, (typed: string, settings: ScreenSettings) => string>> = {
  host: lower,
  tlsServerName: lower,
  proxyUrl: (typed) => cleanProxyUrl(typed.trim()),
  tenantId: lower,
  clientId: lower,
  graphCloud: (typed, { defaultCloud }) => typed || defaultCloud,
  ...Object.fromEntries(CERTIFICATE_NAMES.map((name) => [name, pem])),
};

/** Returns the settings that decide where a secret is sent, in the form for comparing them. */
function destination(column: SecretColumn, draft: Draft, settings: ScreenSettings): string {
  return JSON.stringify(
    destinationNames(column).map((name) => {
      if (!applies(name, draft, settings)) return null;
      return COMPARED[name]?.(draft[name], settings) ?? draft[name].trim();
    }),
  );
}

/** True if a saved secret would be sent to another destination than the saved one. */
export const destinationChanged = (column: SecretColumn, draft: Draft, saved: Draft, settings: ScreenSettings): boolean =>
  destination(column, draft, settings) !== destination(column, saved, settings);

/**
 * The state of a secret's field. `kept`: leaving it empty keeps the stored secret. `changed`: the destination differs from the
 * saved one. `unavailable`: this installation cannot store secrets. For a source: `chosen` in this form, `referenced` as saved, or
 * `moved`: it must be chosen again because the destination changed.
 */
export type SecretRule = 'hidden' | 'unavailable' | 'new' | 'kept' | 'retype' | 'changed' | 'chosen' | 'referenced' | 'moved';

export function secretRule(column: SecretColumn, draft: Draft, saved: SavedConfig | null, settings: ScreenSettings): SecretRule {
  if (!neededSecrets(draft, settings).includes(column)) return 'hidden';
  const { source, ref } = secretDraft(draft, column);
  const before = saved?.secrets[column];
  const isMoved = saved !== null && destinationChanged(column, draft, saved.draft, settings);
  if (source !== STORED) {
    if (ref) return 'chosen';
    return isMoved || before?.source !== source || !before.ref ? 'moved' : 'referenced';
  }
  if (!settings.storedSecrets) return 'unavailable';
  if (!before?.has) return 'new';
  if (isMoved) return 'changed';
  return settings.passwordOnUpdate === 'retype' ? 'retype' : 'kept';
}
