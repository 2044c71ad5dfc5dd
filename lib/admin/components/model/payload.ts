import {
  CERTIFICATE_NAMES,
  CONFIG_FIELDS,
  CONNECTION_NAMES,
  DESTINATION_NAMES,
  SETTING_NAMES,
  type ConfigField,
  type SecretColumn,
  type SettingName,
} from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import type { Draft, SavedConfig } from './draft.js';
import { authMechanism } from './mechanism.js';
import { applies, authOn, neededSecrets } from './rules.js';
import { secretDraft } from './secret.js';

/** Converts a whole number. Any other input is sent unchanged, for the server to report. */
const number = (typed: string): number | string | null => (/^\d+$/.test(typed.trim()) ? Number(typed) : typed.trim() || null);

/** Settings that need more than the conversion by their kind of value. */
const BY_HAND: Partial<Record<SettingName, (draft: Draft, settings: ScreenSettings) => unknown>> = {
  name: ({ name }) => name.trim(),
  signature: ({ signature }) => (signature.trim() ? signature : null),
  ...Object.fromEntries(CERTIFICATE_NAMES.map((name) => [name, (draft: Draft) => draft[name].replace(/\r\n?/g, '\n').trim() || null])),
  authRequired: authOn,
  authMechanism: (draft) => authMechanism(draft) || null,
  graphCloud: ({ graphCloud }, { defaultCloud }) => graphCloud || defaultCloud,
};

/** Returns a setting for the server: null if it does not apply, undefined to leave it out. */
function settingValue(name: SettingName, draft: Draft, settings: ScreenSettings): unknown {
  const { value }: ConfigField = CONFIG_FIELDS[name];
  const { blank, kinds }: ConfigField & { blank?: unknown } = CONFIG_FIELDS[name];
  if (!applies(name, draft, settings)) return value === 'choice' && blank !== null ? (kinds ? undefined : blank) : null;
  const byHand = BY_HAND[name];
  if (byHand) return byHand(draft, settings);
  const typed = draft[name];
  if (typeof typed !== 'string' || value === 'choice') return typed;
  return value === 'number' ? number(typed) : typed.trim() || null;
}

const settingValues = (names: readonly SettingName[], draft: Draft, settings: ScreenSettings): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, settingValue(name, draft, settings)]).filter(([, value]) => value !== undefined));

/** Returns the entered or chosen secret; nothing to keep the saved one. */
function secret(draft: Draft, column: SecretColumn): Record<string, string> {
  const { typed, source, ref } = secretDraft(draft, column);
  if (source !== STORED) return { [`${column}Source`]: source, ...(ref ? { [`${column}Ref`]: ref } : {}) };
  return { [`${column}Source`]: STORED, ...(typed ? { [column]: typed } : {}) };
}

/** Returns the settings that decide where a secret is sent. Settings that do not apply are empty. */
export const destinationFields = (draft: Draft, settings: ScreenSettings): Record<string, unknown> =>
  settingValues([...DESTINATION_NAMES, 'authRequired'], draft, settings);

/** Returns the settings that say how to connect to the server, and the password of the proxy or the configuration that keeps it. */
export const connectionPayload = (
  draft: Draft,
  settings: ScreenSettings,
  saved: Pick<SavedConfig, 'id'> | null,
): Record<string, unknown> => ({
  ...settingValues(CONNECTION_NAMES, draft, settings),
  ...(neededSecrets(draft, settings).includes('proxyPassword') && { ...secret(draft, 'proxyPassword'), ...(saved && { id: saved.id }) }),
});

/** Returns the writable fields for the server, without those that do not apply to the kind and the login. */
export function toPayload(draft: Draft, settings: ScreenSettings, saved?: Pick<SavedConfig, 'version' | 'draft'>): Record<string, unknown> {
  const { name, isDefault, ...others } = settingValues(SETTING_NAMES, draft, settings);
  // Left out unless it was changed here, because the default may have been changed since the form was opened.
  const isDefaultChanged = isDefault !== (saved?.draft.isDefault ?? false);
  return {
    ...(settings.single ? {} : { name, ...(isDefaultChanged ? { isDefault } : {}) }),
    ...others,
    ...Object.assign({}, ...neededSecrets(draft, settings).map((column) => secret(draft, column))),
    ...(saved ? { version: saved.version } : {}),
  };
}
