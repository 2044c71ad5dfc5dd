import { isIP } from 'node:net';
import { hasControlCharacters } from '../shared/control-characters.js';
import { type Check, type OptionChecker, optional, type OptionTable, describeValue } from '../shared/option-checker.js';
import type { SecretChoice } from '../shared/secrets.js';
import { parseDestination } from './secret-destination.js';

const MAX_KEY = 512;
const MAX_SECRETS = 1_000;
const MAX_PREFIXES = 100;
const MAX_DESTINATIONS = 100;
/** Longer than a host with port and brackets. */
const MAX_DESTINATION = 320;
const HOST = /^(?:[\w-]{1,63}\.)*[\w-]{1,63}$/;

/** A checked entry of `secrets`, with the options of its source. */
export type CheckedSecret<T extends object = object> = T & { [K in keyof Required<SecretChoice>]: NamedChoice[K] };

type NamedChoice = Required<Pick<SecretChoice, 'key'>> & {
  label: string | undefined;
  hint: string | undefined;
  destinations: readonly string[] | undefined;
  allowOwnCa: boolean | undefined;
};

/** The checked options that every source has. */
export interface CheckedSource<T extends object = object> {
  id: string;
  label: string;
  secrets: CheckedSecret<T>[];
  destinations: readonly string[] | undefined;
  allowOwnCa: boolean;
}

/** True for a string that can be a key. */
export const isKey = (key: string): boolean => key.length > 0 && key.length <= MAX_KEY && !hasControlCharacters(key);

/**
 * Makes the table of the options that every source has.
 * @param fits returns true for a key that the source can read
 * @param parts the options that an entry of `secrets` has in this source only
 */
export function sourceOptions<T extends object = object>(
  checker: OptionChecker,
  names: { id: string; label: string },
  fits: (key: string) => boolean,
  parts: OptionTable<T>,
): OptionTable<CheckedSource<T>> {
  const { badOption, checkOptions, flag, label, listOf, sourceId } = checker;
  const key: Check<string> = (value, option) => {
    if (typeof value === 'string' && isKey(value) && fits(value)) return value;
    throw badOption(option, `cannot be a key: ${describeValue(value)}`, 'Use the name of a secret.');
  };
  const destinations = destinationsCheck(checker);
  const entry = {
    key: [key, undefined],
    label: [optional(label), undefined],
    hint: [optional(label), undefined],
    destinations: [optional(destinations), undefined],
    allowOwnCa: [optional(flag), undefined],
    ...parts,
  } as unknown as OptionTable<CheckedSecret<T>>;
  const entries = listOf(MAX_SECRETS, (value, option) => checkOptions(typeof value === 'string' ? { key: value } : value, entry, option));
  const secrets: Check<CheckedSecret<T>[]> = (value, option) => {
    const found = entries(value, option);
    const seen = new Set<string>();
    found.forEach((secret, index) => {
      if (seen.has(secret.key))
        throw badOption(`${option}[${index}].key`, `is listed twice: ${describeValue(secret.key)}`, 'List each key once.');
      seen.add(secret.key);
    });
    return found;
  };
  return {
    id: [sourceId, names.id],
    label: [label, names.label],
    secrets: [secrets, []],
    destinations: [optional(destinations), undefined],
    allowOwnCa: [flag, false],
  };
}

/**
 * Makes the check of the option `prefix`. Returns a list. An empty prefix would allow the whole vault.
 * @param fits returns true for a key that the source can read
 */
export function prefixCheck({ badOption, line, listOf }: OptionChecker, fits: (key: string) => boolean): Check<string[]> {
  const remedy = 'Pass the beginning of the keys that may be used.';
  const text = line(MAX_KEY, remedy);
  const start: Check<string> = (value, option) => {
    const found = text(value, option);
    if (!fits(`${found}x`)) throw badOption(option, `cannot start a key: ${describeValue(found)}`, remedy);
    return found;
  };
  const starts = listOf(MAX_PREFIXES, start);
  return (value, option) => (Array.isArray(value) ? starts(value, option) : [start(value, option)]);
}

function destinationsCheck({ badOption, listOf }: OptionChecker): Check<string[]> {
  const remedy = "Pass ['smtp.example.com:587'], with or without the port, or ['graph']. Leave it out to allow any.";
  const destination: Check<string> = (value, option) => {
    if (typeof value === 'string' && isDestination(value)) return value;
    throw badOption(option, `is not a destination: ${describeValue(value)}`, remedy);
  };
  const list = listOf(MAX_DESTINATIONS, destination);
  return (value, option) => {
    const found = list(value, option);
    if (found.length === 0) throw badOption(option, 'is empty', remedy);
    return found;
  };
}

/** True for a destination that a server can have: `*.example.com` would match none. */
function isDestination(text: string): boolean {
  if (text.length > MAX_DESTINATION || hasControlCharacters(text)) return false;
  const parsed = parseDestination(text);
  return parsed !== undefined && (parsed.kind === 'graph' || isIP(parsed.host) !== 0 || HOST.test(parsed.host));
}
