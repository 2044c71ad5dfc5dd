import type { Draft, SavedConfig } from './draft.js';
import { authOn, neededSecrets, usesEntra } from './rules.js';
import { STORED, secretDraft, type SecretColumn } from './secret.js';
import type { ScreenSettings } from './types.js';

/** A whole number where one was typed; anything else goes to the server as it is, which says what is wrong with it. */
const number = (typed: string): number | string | null => (/^\d+$/.test(typed.trim()) ? Number(typed) : typed.trim() || null);
const orNull = (typed: string): string | null => typed.trim() || null;

/** A secret as it was typed or chosen; left out where the saved one is kept. */
function secret(draft: Draft, column: SecretColumn): Record<string, string> {
  const { typed, source, ref } = secretDraft(draft, column);
  if (source !== STORED) return { [`${column}Source`]: source, ...(ref ? { [`${column}Ref`]: ref } : {}) };
  return { [`${column}Source`]: STORED, ...(typed ? { [column]: typed } : {}) };
}

/** The fields that decide where a secret goes; what does not apply is empty. */
export function destinationFields(draft: Draft, settings: ScreenSettings): Record<string, unknown> {
  const auth = authOn(draft, settings);
  const generic = draft.type === 'generic';
  const entra = usesEntra(draft, settings);
  return {
    type: draft.type,
    host: generic ? draft.host.trim() : null,
    port: generic ? number(draft.port) : null,
    ...(generic ? { security: draft.security } : {}),
    authRequired: auth,
    authMethod: auth ? draft.authMethod : 'password',
    username: auth ? orNull(draft.username) : null,
    tenantId: entra ? orNull(draft.tenantId) : null,
    clientId: entra ? orNull(draft.clientId) : null,
    graphCloud: entra ? draft.graphCloud || settings.defaultCloud : null,
    caCertificate: generic ? orNull(draft.caCertificate.replace(/\r\n?/g, '\n')) : null,
  };
}

/** The name, and whether it is the default. */
function named({ name, isDefault }: Draft, saved?: Pick<SavedConfig, 'draft'>): Record<string, unknown> {
  // Left out unless it was changed here: somebody may have moved the default since the form was opened.
  return { name: name.trim(), ...(isDefault === (saved?.draft.isDefault ?? false) ? {} : { isDefault }) };
}

/** The writable fields as the server takes them. What does not apply to the type and the login does not leave the form. */
export function toPayload(draft: Draft, settings: ScreenSettings, saved?: Pick<SavedConfig, 'version' | 'draft'>): Record<string, unknown> {
  return {
    ...(settings.single ? {} : named(draft, saved)),
    ...destinationFields(draft, settings),
    ...Object.assign({}, ...neededSecrets(draft, settings).map((column) => secret(draft, column))),
    enabled: draft.enabled,
    fromName: orNull(draft.fromName),
    fromAddress: orNull(draft.fromAddress),
    replyTo: orNull(draft.replyTo),
    signature: draft.signature.trim() ? draft.signature : null,
    description: orNull(draft.description),
    cc: draft.cc,
    bcc: draft.bcc,
    copyActivities: draft.copyActivities,
    maxConnections: number(draft.maxConnections),
    ...(saved ? { version: saved.version } : {}),
  };
}
