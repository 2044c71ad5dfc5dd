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
import { STORED } from '../../../shared/secrets.js';
import type { Wire } from '../../../shared/wire.js';
import { kindOf } from '../form/kinds/index.js';
import type { Params } from './types.js';

type Typed<Name extends SettingName> =
  Name extends SettingOf<'flag'>
    ? boolean
    : Name extends SettingOf<'list'>
      ? string[]
      : Name extends SettingOf<'choice'>
        ? NonNullable<ConfigSettings[Name]>
        : string;

/**
 * The settings of a configuration as they stand in the form: texts and numbers as typed. Of a secret, an empty text and an empty
 * key keep what is saved.
 */
export type Draft = { [Name in SettingName]: Typed<Name> } & { [Part in SecretPart]: string };

/** A saved secret, without its value: sealed in the row, or a key in a source. */
export interface SavedSecret {
  has: boolean;
  source: string;
  ref: string;
}

/** A saved configuration: its settings as a draft, what is saved of its secrets, and what only the application sets. */
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

/** Reads a setting as it stands in the form. */
function typed(params: Params, name: SettingName): string | boolean | string[] {
  const field: ConfigField = CONFIG_FIELDS[name];
  const value = params[name];
  switch (field.value) {
    case 'flag':
      return value === undefined ? field.blank : flag(value);
    case 'list':
      return list(params, name);
    case 'choice':
      // A value that does not exist, which only somebody with access to the database can store, is shown as the usual one.
      return field.choices.find((choice) => choice === value) ?? field.blank ?? '';
    case 'number':
      // Only kinds that have no such number have none.
      return text(value) || (field.kinds ? '' : text(field.blank));
    default:
      return text(value);
  }
}

/** Reads what only the application sets. */
function fact(params: Params, name: keyof ConfigFacts): string | number | string[] | null {
  const field: ConfigField = CONFIG_FIELDS[name];
  const value = params[name];
  if (field.value === 'list') return list(params, name);
  if (field.value === 'number') return value === null || value === undefined || value === '' ? field.blank : Number(value);
  if (field.value === 'choice') return field.choices.find((choice) => choice === value) ?? null;
  return text(value) || (field.value === 'text' ? field.blank : null);
}

function readDraft(params: Params, secrets: Record<SecretColumn, SavedSecret>): Draft {
  const settings = SETTING_NAMES.map((name) => [name, typed(params, name)]);
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

/** Returns the number of connections of a draft, capped where the kind opens fewer of them. */
export function cappedConnections({ type, maxConnections }: Pick<Draft, 'type' | 'maxConnections'>): string {
  const { max = Infinity } = kindOf(type).connectionLimit ?? {};
  return Number(maxConnections) > max ? String(max) : maxConnections;
}

const NO_SECRET: SavedSecret = { has: false, source: STORED, ref: '' };

/** The form of a configuration that does not exist yet: STARTTLS on 587 with a login. */
export const EMPTY_DRAFT: Draft = readDraft({ ...blankSettings() }, { password: NO_SECRET, clientSecret: NO_SECRET });

/** Reads the flattened params of a record; its secrets are never among them. */
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

/** Returns whether leaving now would lose something. */
export const isDirty = (draft: Draft, before: Draft): boolean => JSON.stringify(draft) !== JSON.stringify(before);
