import { EMPTY_DRAFT, MAX_GRAPH_CONNECTIONS, graphConnections, type Draft, type SavedConfig } from './draft.js';
import { STORED, secretDraft, secretsOf, type SecretColumn } from './secret.js';
import type { ConfigType, ScreenSettings, Security } from './types.js';

/** The port each kind of security is usually served on (RFC 6409, RFC 8314, RFC 5321). */
export const SECURITY_PORTS: Record<Security, string> = { starttls: '587', tls: '465', none: '25' };

/** The port keeps following the security as long as it is the usual one, that is, until another one is typed. */
const portFollows = (draft: Draft): boolean => draft.port.trim() === '' || draft.port.trim() === SECURITY_PORTS[draft.security];

/** What choosing a security changes: the port, and the login when an encrypted kind is chosen after none. */
export function withSecurity(draft: Draft, security: Security): Draft {
  return {
    ...draft,
    security,
    port: portFollows(draft) ? SECURITY_PORTS[security] : draft.port,
    authRequired: draft.security === 'none' && security !== 'none' ? true : draft.authRequired,
  };
}

/**
 * What choosing a type changes. What both share stays; what only one has stays in the form until it is saved, so that a look at
 * the other type costs nothing.
 */
export function withType(draft: Draft, type: ConfigType, start: Draft): Draft {
  if (type === draft.type) return draft;
  const same = start.type === type ? start : undefined;
  if (type === 'ms_graph') {
    return { ...draft, type, authMethod: same?.authMethod ?? 'oauth2', maxConnections: graphConnections(draft.maxConnections) };
  }
  const { host, port, maxConnections } = same ?? EMPTY_DRAFT;
  return {
    ...draft,
    type,
    authMethod: same?.authMethod ?? 'password',
    host: draft.host || host,
    port: draft.port || port,
    maxConnections: Number(draft.maxConnections) === MAX_GRAPH_CONNECTIONS ? maxConnections : draft.maxConnections,
  };
}

/** Whether the login box can be changed, and the text that says why not. */
export type AuthRule = { locked: false } | { locked: true; value: boolean; reason: 'auth_locked_on' | 'auth_locked_off' };

export function authRule(security: Security, settings: ScreenSettings): AuthRule {
  if (security === 'none')
    return settings.allowPlaintextAuth ? { locked: false } : { locked: true, value: false, reason: 'auth_locked_off' };
  return settings.allowAnonymousTls ? { locked: false } : { locked: true, value: true, reason: 'auth_locked_on' };
}

/** Whether the draft logs in: the rule where there is one, else the box. Microsoft Graph always wants a sign-in. */
export function authOn(draft: Draft, settings: ScreenSettings): boolean {
  if (draft.type === 'ms_graph') return true;
  const rule = authRule(draft.security, settings);
  return rule.locked ? rule.value : draft.authRequired;
}

/** The secrets the draft needs. */
export const neededSecrets = (draft: Draft, settings: ScreenSettings): SecretColumn[] => secretsOf(draft, authOn(draft, settings));

/** Whether the draft signs in at Microsoft with a tenant and an app. */
export const usesEntra = (draft: Draft, settings: ScreenSettings): boolean => neededSecrets(draft, settings).includes('clientSecret');

/** Names the text that warns of the way the draft logs in; undefined when there is nothing to say. */
export function loginWarning(draft: Draft, settings: ScreenSettings): 'microsoft_password' | undefined {
  const isPassword = draft.type === 'generic' && neededSecrets(draft, settings).includes('password');
  return isPassword && settings.microsoftSmtpHosts.includes(draft.host.trim().toLowerCase()) ? 'microsoft_password' : undefined;
}

const PEM = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g;

/** What a PEM text holds, however its lines are broken and whatever stands between its certificates. */
function pem(value: string): string {
  const bodies = [...value.matchAll(PEM)].map(([, body]) => body ?? '');
  return (bodies.length ? bodies : [value]).map((body) => body.replace(/\s/g, '')).join(' ');
}

/** Fields that decide where a secret is sent, in the form in which they are compared. Those that do not apply count for nothing. */
function destination(draft: Draft, settings: ScreenSettings): string {
  const isGeneric = draft.type === 'generic';
  const entra = usesEntra(draft, settings);
  return JSON.stringify([
    draft.type,
    isGeneric && [draft.host.trim().toLowerCase(), draft.port.trim(), draft.security, pem(draft.caCertificate)],
    authOn(draft, settings) && [draft.authMethod, draft.username.trim()],
    entra && [draft.tenantId.trim().toLowerCase(), draft.clientId.trim().toLowerCase(), draft.graphCloud || settings.defaultCloud],
  ]);
}

/** Whether a saved secret would go somewhere it was not meant for. */
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
