import {
  CONFIG_FIELDS,
  DESTINATION_NAMES,
  SETTING_NAMES,
  type ConfigField,
  type SecretColumn,
  type SettingName,
} from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import type { Draft, SavedConfig } from './draft.js';
import { applies, authOn, neededSecrets } from './rules.js';
import { secretDraft } from './secret.js';

/** Reads a whole number where one was typed; anything else goes to the server as it is, which says what is wrong with it. */
const number = (typed: string): number | string | null => (/^\d+$/.test(typed.trim()) ? Number(typed) : typed.trim() || null);

/** Settings that are sent otherwise than by their kind of value. */
const BY_HAND: Partial<Record<SettingName, (draft: Draft, settings: ScreenSettings) => unknown>> = {
  name: ({ name }) => name.trim(),
  signature: ({ signature }) => (signature.trim() ? signature : null),
  caCertificate: ({ caCertificate }) => caCertificate.replace(/\r\n?/g, '\n').trim() || null,
  authRequired: authOn,
  graphCloud: ({ graphCloud }, { defaultCloud }) => graphCloud || defaultCloud,
};

/** Returns a setting as the server takes it: null where it does not apply, undefined where it is left out. */
function sent(name: SettingName, draft: Draft, settings: ScreenSettings): unknown {
  const { value }: ConfigField = CONFIG_FIELDS[name];
  const { blank, kinds }: ConfigField & { blank?: unknown } = CONFIG_FIELDS[name];
  if (!applies(name, draft, settings)) return value === 'choice' ? (kinds ? undefined : blank) : null;
  const byHand = BY_HAND[name];
  if (byHand) return byHand(draft, settings);
  const typed = draft[name];
  if (typeof typed !== 'string' || value === 'choice') return typed;
  return value === 'number' ? number(typed) : typed.trim() || null;
}

const sentOf = (names: readonly SettingName[], draft: Draft, settings: ScreenSettings): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, sent(name, draft, settings)]).filter(([, value]) => value !== undefined));

/** Returns a secret as it was typed or chosen; left out where the saved one is kept. */
function secret(draft: Draft, column: SecretColumn): Record<string, string> {
  const { typed, source, ref } = secretDraft(draft, column);
  if (source !== STORED) return { [`${column}Source`]: source, ...(ref ? { [`${column}Ref`]: ref } : {}) };
  return { [`${column}Source`]: STORED, ...(typed ? { [column]: typed } : {}) };
}

/** Returns the settings that decide where a secret goes; what does not apply is empty. */
export const destinationFields = (draft: Draft, settings: ScreenSettings): Record<string, unknown> =>
  sentOf([...DESTINATION_NAMES, 'authRequired'], draft, settings);

/** Returns the writable fields as the server takes them. What does not apply to the kind and the login does not leave the form. */
export function toPayload(draft: Draft, settings: ScreenSettings, saved?: Pick<SavedConfig, 'version' | 'draft'>): Record<string, unknown> {
  const { name, isDefault, ...others } = sentOf(SETTING_NAMES, draft, settings);
  // Left out unless it was changed here: somebody may have moved the default since the form was opened.
  const isDefaultChanged = isDefault !== (saved?.draft.isDefault ?? false);
  return {
    ...(settings.single ? {} : { name, ...(isDefaultChanged ? { isDefault } : {}) }),
    ...others,
    ...Object.assign({}, ...neededSecrets(draft, settings).map((column) => secret(draft, column))),
    ...(saved ? { version: saved.version } : {}),
  };
}
