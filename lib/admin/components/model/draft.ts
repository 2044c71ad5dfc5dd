import {
  CONFIG_FIELDS,
  FACT_NAMES,
  SECRET_COLUMNS,
  SETTING_NAMES,
  blankSettings,
  hasSecretName,
  secretParts,
  type ConfigFacts,
  type ConfigField,
  type ConfigSettings,
  type SecretColumn,
  type SecretPart,
  type SettingName,
  type SettingOf,
} from '../../../shared/config-fields.js';
import type { ReasonValues } from '../../../shared/mail-error.js';
import { STORED } from '../../../shared/secrets.js';
import type { Wire } from '../../../shared/wire.js';
import { kindOf } from '../form/kinds/index.js';
import type { Params } from './types.js';

type DraftValue<Name extends SettingName> =
  Name extends SettingOf<'flag'>
    ? boolean
    : Name extends SettingOf<'list'>
      ? string[]
      : Name extends SettingOf<'choice'>
        ? NonNullable<ConfigSettings[Name]> | ((typeof CONFIG_FIELDS)[Name] extends { blank: null } ? '' : never)
        : string;

/** The settings of a configuration in the form: texts and numbers as entered. An empty secret with an empty key keeps the saved one. */
export type Draft = { [Name in SettingName]: DraftValue<Name> } & { [Part in SecretPart]: string };

/** A saved secret, without its value: sealed in the row, or a key in a source. */
interface SavedSecret {
  has: boolean;
  source: string;
  ref: string;
}

/** A saved configuration: its settings as a draft, its secrets without values, and the fields that the application sets. */
export interface SavedConfig extends Wire<ConfigFacts> {
  draft: Draft;
  secrets: Record<SecretColumn, SavedSecret>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const flag = (value: unknown): boolean => value === true || value === 'true';

function list(params: Params, name: string): string[] {
  if (Array.isArray(params[name])) return (params[name] as unknown[]).map(text);
  const entries: string[] = [];
  while (params[`${name}.${entries.length}`] !== undefined) entries.push(text(params[`${name}.${entries.length}`]));
  return entries;
}

/** Reads values by name, which AdminJS flattens in a record. */
function valuesIn(params: Params, name: string): ReasonValues {
  const whole = params[name];
  if (typeof whole === 'object' && whole !== null) return whole as ReasonValues;
  const start = `${name}.`;
  return Object.fromEntries(
    Object.entries(params).flatMap(([path, value]) =>
      path.startsWith(start) ? [[path.slice(start.length), value as string | number]] : [],
    ),
  );
}

/** Reads a setting for the form. */
function readSetting(params: Params, name: SettingName): string | boolean | string[] {
  const field: ConfigField = CONFIG_FIELDS[name];
  const value = params[name];
  switch (field.value) {
    case 'flag':
      return value === undefined ? field.blank : flag(value);
    case 'list':
      return list(params, name);
    case 'choice':
      // An unknown value, which only someone with database access can store, is shown as the default.
      return field.choices.find((choice) => choice === value) ?? field.blank ?? '';
    case 'number':
      // Empty only for kinds that do not have this number.
      return text(value) || (field.kinds ? '' : text(field.blank));
    default:
      return text(value);
  }
}

/** Reads a field that the application sets. */
function fact(params: Params, name: keyof ConfigFacts): string | number | string[] | ReasonValues | null {
  const field: ConfigField = CONFIG_FIELDS[name];
  const value = params[name];
  if (field.value === 'list') return list(params, name);
  if (field.value === 'values') return valuesIn(params, name);
  if (field.value === 'number') return value === null || value === undefined || value === '' ? field.blank : Number(value);
  if (field.value === 'choice') return field.choices.find((choice) => choice === value) ?? field.blank;
  return text(value) || (field.value === 'text' ? field.blank : null);
}

function readDraft(params: Params, secrets: Record<SecretColumn, SavedSecret>): Draft {
  const settings = SETTING_NAMES.map((name) => [name, readSetting(params, name)]);
  const parts = SECRET_COLUMNS.flatMap((column) => {
    const [value, source, ref] = secretParts(column);
    return [
      [value, ''],
      [source, secrets[column].source],
      [ref, ''],
    ];
  });
  const draft = Object.fromEntries([...settings, ...parts]) as Draft;
  return { ...draft, maxConnections: cappedConnections(draft) };
}

/** Returns the number of connections of a draft, limited to the maximum of its kind. */
export function cappedConnections({ type, maxConnections }: Pick<Draft, 'type' | 'maxConnections'>): string {
  const { max = Infinity } = kindOf(type).connectionLimit ?? {};
  return Number(maxConnections) > max ? String(max) : maxConnections;
}

const NO_SECRET: SavedSecret = { has: false, source: STORED, ref: '' };

/** The draft of a new configuration: STARTTLS on port 587 with a login. */
export const EMPTY_DRAFT: Draft = readDraft(
  { ...blankSettings() },
  Object.fromEntries(SECRET_COLUMNS.map((column) => [column, NO_SECRET])) as Record<SecretColumn, SavedSecret>,
);

/** Reads the flattened params of a record, which never contain secrets. */
export function readConfig(params: Params): SavedConfig {
  const secrets = Object.fromEntries(
    SECRET_COLUMNS.map((column): [SecretColumn, SavedSecret] => [
      column,
      { has: flag(params[hasSecretName(column)]), source: text(params[`${column}Source`]) || STORED, ref: text(params[`${column}Ref`]) },
    ]),
  ) as Record<SecretColumn, SavedSecret>;
  const facts = Object.fromEntries(FACT_NAMES.map((name) => [name, fact(params, name)])) as unknown as Wire<ConfigFacts>;
  return { ...facts, secrets, draft: readDraft(params, secrets) };
}

/** Returns the secrets that are sealed in the row of a configuration. */
export const storedSecrets = ({ secrets }: SavedConfig): SecretColumn[] => SECRET_COLUMNS.filter((column) => secrets[column].has);

/** True if leaving the form would lose changes. */
export const isDirty = (draft: Draft, before: Draft): boolean => JSON.stringify(draft) !== JSON.stringify(before);
