import {
  DESTINATION_NAMES,
  SECURITY_PORTS,
  hasField,
  type DestinationName,
  type SecretColumn,
  type SettingName,
  type SmtpConfigType,
  type SmtpSecurity,
} from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import type { LoginWarning, ScreenSettings } from '../../../shared/smtp-config.js';
import { kindOf } from '../form/kinds/index.js';
import type { AuthRule } from '../form/kinds/kind.js';
import { EMPTY_DRAFT, cappedConnections, type Draft, type SavedConfig } from './draft.js';
import { secretDraft } from './secret.js';

/** Returns the port a security is usually served on, as it is typed. */
export const usualPort = (security: SmtpSecurity): string => String(SECURITY_PORTS[security]);

/** The port keeps following the security as long as it is the usual one, that is, until another one is typed. */
const portFollows = (draft: Draft): boolean => draft.port.trim() === '' || draft.port.trim() === usualPort(draft.security);

/** Chooses a security: its port comes with it, and the login when an encrypted one is chosen after none. */
export function withSecurity(draft: Draft, security: SmtpSecurity): Draft {
  return {
    ...draft,
    security,
    port: portFollows(draft) ? usualPort(security) : draft.port,
    authRequired: draft.security === 'none' && security !== 'none' ? true : draft.authRequired,
  };
}

/**
 * Chooses a kind of configuration. What both kinds have stays; what only one has stays in the form until it is saved, so that a
 * look at the other kind costs nothing.
 */
export function withType(draft: Draft, type: SmtpConfigType, start: Draft): Draft {
  if (type === draft.type) return draft;
  const saved = start.type === type ? start : undefined;
  const source = saved ?? EMPTY_DRAFT;
  const kind = kindOf(type);
  // What a kind with fewer connections left there was not typed.
  const isCapped = !kind.connectionLimit && Number(draft.maxConnections) === kindOf(draft.type).connectionLimit?.max;
  return {
    ...draft,
    ...kind.fill(draft, source),
    type,
    authMethod: saved?.authMethod ?? kind.authMethods[0],
    maxConnections: isCapped ? source.maxConnections : cappedConnections({ ...draft, type }),
  };
}

/** Returns whether the login box can be changed, and why not. */
export const authRule = (draft: Draft, settings: ScreenSettings): AuthRule => kindOf(draft.type).authRule(draft, settings);

/** Returns whether the draft logs in: by the rule where there is one, else by the box. */
export function authOn(draft: Draft, settings: ScreenSettings): boolean {
  const rule = authRule(draft, settings);
  return rule.locked ? rule.value : draft.authRequired;
}

/** Returns the secrets the draft needs. */
export const neededSecrets = (draft: Draft, settings: ScreenSettings): SecretColumn[] =>
  kindOf(draft.type).secrets(draft.authMethod, authOn(draft, settings));

/** Returns whether the draft signs in at Microsoft with a tenant and an app. */
export const usesEntra = (draft: Draft, settings: ScreenSettings): boolean => neededSecrets(draft, settings).includes('clientSecret');

/** Returns whether providers may ask for an app password where the draft has a password. */
export const wantsAppPassword = ({ type, authMethod }: Pick<Draft, 'type' | 'authMethod'>): boolean =>
  kindOf(type).hasAppPasswords && authMethod === 'password';

/** Names the text that warns of the way the draft logs in; undefined when there is nothing to say. */
export function loginWarning(draft: Draft, settings: ScreenSettings): LoginWarning | undefined {
  const isPassword = hasField(draft.type, 'host') && neededSecrets(draft, settings).includes('password');
  return isPassword && settings.microsoftSmtpHosts.includes(draft.host.trim().toLowerCase()) ? 'microsoft_password' : undefined;
}

/** Settings that only a draft with a login has. */
const OF_LOGIN: readonly SettingName[] = ['authMethod', 'username'];
/** Settings that only a draft that signs in at Microsoft has. */
const OF_ENTRA: readonly SettingName[] = ['tenantId', 'clientId', 'graphCloud'];

/** Returns whether a setting counts for the kind and the login of the draft. */
export function applies(name: SettingName, draft: Draft, settings: ScreenSettings): boolean {
  if (OF_LOGIN.includes(name)) return authOn(draft, settings);
  if (OF_ENTRA.includes(name)) return usesEntra(draft, settings);
  return hasField(draft.type, name);
}

const PEM = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g;

/** Returns the certificates of a PEM text, however its lines are broken and whatever text is between them. */
function pem(value: string): string {
  const bodies = [...value.matchAll(PEM)].map(([, body]) => body ?? '');
  return (bodies.length ? bodies : [value]).map((body) => body.replace(/\s/g, '')).join(' ');
}

const lower = (typed: string): string => typed.trim().toLowerCase();
/** The compared form of settings that can be written in several ways; the others are compared by their trimmed text. */
const COMPARED: Partial<Record<DestinationName, (typed: string, settings: ScreenSettings) => string>> = {
  host: lower,
  tenantId: lower,
  clientId: lower,
  graphCloud: (typed, { defaultCloud }) => typed || defaultCloud,
  caCertificate: pem,
};

/** Returns the settings that decide where a secret is sent, in the form in which they are compared. */
function destination(draft: Draft, settings: ScreenSettings): string {
  return JSON.stringify(
    DESTINATION_NAMES.map((name) => {
      if (!applies(name, draft, settings)) return null;
      return COMPARED[name]?.(draft[name], settings) ?? draft[name].trim();
    }),
  );
}

/** Returns whether a saved secret would go somewhere it was not meant for. */
export const destinationChanged = (draft: Draft, saved: Draft, settings: ScreenSettings): boolean =>
  destination(draft, settings) !== destination(saved, settings);

/**
 * What the field of a secret asks for. `kept`: empty keeps the stored one. `changed`: the destination differs from the saved one.
 * `unavailable`: this installation cannot store secrets. Of a source: `chosen` here, `referenced` as saved, or `moved`, that is,
 * to be chosen again because the destination changed.
 */
export type SecretRule = 'hidden' | 'unavailable' | 'new' | 'kept' | 'retype' | 'changed' | 'chosen' | 'referenced' | 'moved';

export function secretRule(column: SecretColumn, draft: Draft, saved: SavedConfig | null, settings: ScreenSettings): SecretRule {
  if (!neededSecrets(draft, settings).includes(column)) return 'hidden';
  const { source, ref } = secretDraft(draft, column);
  const before = saved?.secrets[column];
  const isMoved = saved !== null && destinationChanged(draft, saved.draft, settings);
  if (source !== STORED) {
    if (ref) return 'chosen';
    return isMoved || before?.source !== source || !before.ref ? 'moved' : 'referenced';
  }
  if (!settings.storedSecrets) return 'unavailable';
  if (!before?.has) return 'new';
  if (isMoved) return 'changed';
  return settings.passwordOnUpdate === 'retype' ? 'retype' : 'kept';
}
