import type { Draft, SavedConfig } from './draft.js';
import { authOn } from './rules.js';
import type { ScreenSettings } from './types.js';

/** A whole number where one was typed; anything else goes to the server as it is, which says what is wrong with it. */
const number = (typed: string): number | string | null => (/^\d+$/.test(typed.trim()) ? Number(typed) : typed.trim() || null);
const orNull = (typed: string): string | null => typed.trim() || null;

/** The writable fields as the server takes them. Without a login no user name and no password leave the form. */
export function toPayload(draft: Draft, settings: ScreenSettings, saved?: Pick<SavedConfig, 'version' | 'draft'>): Record<string, unknown> {
  const auth = authOn(draft, settings);
  return {
    name: draft.name.trim(),
    type: draft.type,
    // Left out unless it was changed here: somebody may have moved the default since the form was opened.
    ...(draft.isDefault === (saved?.draft.isDefault ?? false) ? {} : { isDefault: draft.isDefault }),
    enabled: draft.enabled,
    fromName: orNull(draft.fromName),
    fromAddress: orNull(draft.fromAddress),
    replyTo: orNull(draft.replyTo),
    signature: draft.signature.trim() ? draft.signature : null,
    description: orNull(draft.description),
    host: draft.host.trim(),
    port: number(draft.port),
    security: draft.security,
    authRequired: auth,
    authMethod: 'password',
    username: auth ? orNull(draft.username) : null,
    ...(auth && draft.password ? { password: draft.password } : {}),
    caCertificate: orNull(draft.caCertificate.replace(/\r\n?/g, '\n')),
    cc: draft.cc,
    bcc: draft.bcc,
    copyActivities: draft.copyActivities,
    maxConnections: number(draft.maxConnections),
    ...(saved ? { version: saved.version } : {}),
  };
}
