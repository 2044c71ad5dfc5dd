import type { Draft, SavedConfig } from './draft.js';
import type { ScreenSettings, Security } from './types.js';

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

/** Whether the login box can be changed, and the text that says why not. */
export type AuthRule = { locked: false } | { locked: true; value: boolean; reason: 'auth_locked_on' | 'auth_locked_off' };

export function authRule(security: Security, settings: ScreenSettings): AuthRule {
  if (security === 'none')
    return settings.allowPlaintextAuth ? { locked: false } : { locked: true, value: false, reason: 'auth_locked_off' };
  return settings.allowAnonymousTls ? { locked: false } : { locked: true, value: true, reason: 'auth_locked_on' };
}

/** Whether the draft logs in: the rule where there is one, else the box. */
export function authOn(draft: Draft, settings: ScreenSettings): boolean {
  const rule = authRule(draft.security, settings);
  return rule.locked ? rule.value : draft.authRequired;
}

const PEM = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g;

/** What a PEM text holds, however its lines are broken and whatever stands between its certificates. */
function pem(value: string): string {
  const bodies = [...value.matchAll(PEM)].map(([, body]) => body ?? '');
  return (bodies.length ? bodies : [value]).map((body) => body.replace(/\s/g, '')).join(' ');
}

/** Fields that decide where a password is sent, in the form in which they are compared. */
const destination = (draft: Draft): string =>
  JSON.stringify([
    draft.type,
    draft.host.trim().toLowerCase(),
    draft.port.trim(),
    draft.security,
    draft.username.trim(),
    pem(draft.caCertificate),
  ]);

/** Whether the stored password would go somewhere it was not meant for. */
export const destinationChanged = (draft: Draft, saved: Draft): boolean => destination(draft) !== destination(saved);

/**
 * What the password field asks for. `kept`: empty keeps the stored one. `changed`: the destination differs from the saved one.
 * `unavailable`: this installation cannot store passwords.
 */
export type PasswordRule = 'hidden' | 'unavailable' | 'new' | 'kept' | 'retype' | 'changed';

export function passwordRule(draft: Draft, saved: SavedConfig | null, settings: ScreenSettings): PasswordRule {
  if (!authOn(draft, settings)) return 'hidden';
  if (!settings.storedSecrets) return 'unavailable';
  if (!saved?.hasPassword) return 'new';
  if (destinationChanged(draft, saved.draft)) return 'changed';
  return settings.passwordOnUpdate === 'retype' ? 'retype' : 'kept';
}
