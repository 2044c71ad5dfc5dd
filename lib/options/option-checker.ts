import { hasControlCharacters } from '../message/mailbox.js';
import { MailError } from '../shared/mail-error.js';
import { quoted } from '../shared/quoted.js';

/** Checks the value of an option and returns it as the package uses it. @throws MailError `OPTIONS` naming the option and the remedy */
export type Check<T> = (value: unknown, option: string) => T;

/** Every option of an object: its check, and the value that is checked when the option is left out. */
export type OptionTable<T> = { readonly [K in keyof T]-?: readonly [check: Check<T[K]>, fallback: unknown] };

/**
 * Checks an object of options and fills in the defaults.
 * @param path stands before the options' names in errors
 * @throws MailError `OPTIONS` naming the option and the remedy; an option that is not in the table is refused
 */
export function checkOptions<T extends object>(value: unknown, table: OptionTable<T>, path = ''): T {
  const known = Object.keys(table) as (keyof T & string)[];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badOption(path, 'is not an object', `Known in it are ${known.join(', ')}.`);
  const nameOf = (name: string): string => (path ? `${path}.${name}` : name);
  const unknown = Object.keys(value).find((name) => !known.includes(name as keyof T & string));
  if (unknown !== undefined) throw badOption(nameOf(unknown), 'is not an option', `Known are ${known.join(', ')}.`);
  const given = value as Record<string, unknown>;
  const checked = known.map((name) => {
    const [check, fallback] = table[name];
    return [name, check(given[name] === undefined ? fallback : given[name], nameOf(name))];
  });
  return Object.fromEntries(checked) as T;
}

/** Makes the check of an object of options. */
export const options =
  <T extends object>(table: OptionTable<T>): Check<T> =>
  (value, option) =>
    checkOptions(value, table, option);

/** Makes the check of an option that may stay undefined. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, option) =>
    value === undefined ? undefined : check(value, option);

/** Makes the check of a whole number from 1 to `max`. */
export const wholeNumber =
  (max: number): Check<number> =>
  (value, option) => {
    if (!Number.isInteger(value) || (value as number) <= 0) throw badOption(option, `is ${shown(value)}`, 'Give a whole number above 0.');
    if ((value as number) > max) throw badOption(option, `is ${shown(value)}`, `Give at most ${max}.`);
    return value as number;
  };

/** Checks a time that a timer can take; a longer one would fire at once. */
export const timerMs = wholeNumber(2 ** 31 - 1);

/** Checks a time of at most a hundred years: no database or Date takes much more. */
export const durationMs = wholeNumber(100 * 365 * 86_400_000);

/** Checks a boolean. */
export const flag: Check<boolean> = (value, option) => {
  if (typeof value !== 'boolean') throw badOption(option, 'is not a boolean', 'Give true or false.');
  return value;
};

/** Makes the check of a choice. */
export const oneOf =
  <T extends string>(...choices: readonly T[]): Check<T> =>
  (value, option) => {
    if (!choices.includes(value as T))
      throw badOption(option, `is ${shown(value)}`, `Give one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`);
    return value as T;
  };

/** Checks a text that is shown to admins. AdminJS writes labels into its page without escaping, so a tag would be run as one. */
export const label: Check<string> = (value, option) => {
  if (typeof value !== 'string' || value.trim() === '' || value.length > 100 || hasControlCharacters(value) || /[<>]/.test(value)) {
    throw badOption(option, 'is not a plain text', 'Give 1 to 100 characters without "<" and ">".');
  }
  return value;
};

const MAX_NAME = 100;
const MAX_SHOWN = 40;
/** Limits the work: no more of a text is read. */
const MAX_READ = 1_000;
/** Text that may be an encryption key or a password. No value or name of an option looks like it. */
const LIKE_A_KEY = /[\w+/=-]{32,}/g;

/** Returns the error for an option. Its name may have come from outside, too. */
export function badOption(option: string, what: string, remedy: string): MailError {
  const name = cut(option.replace(LIKE_A_KEY, '…'), MAX_NAME).replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}"]/gu, '?');
  return new MailError('OPTIONS', `Option "${name}" of SmtpModule ${what}.`, { remedy });
}

/** Returns a value as an error names it. Nothing of it is called, and the contents of an object, or what looks like a key, are left out. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value.slice(0, MAX_READ).replace(LIKE_A_KEY, '…'), MAX_SHOWN);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : cut(String(value), MAX_SHOWN);
}

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max)}…` : text);
