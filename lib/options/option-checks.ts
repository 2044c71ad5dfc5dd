import { MailError } from '../shared/mail-error.js';
import { quoted } from '../shared/quoted.js';

/** A longer timer would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A hundred years: what is later is no time that a database or a Date can take. */
export const LONGEST_MS = 100 * 365 * 86_400_000;
const MAX_NAME = 100;
const MAX_SHOWN = 40;
/** Of a text, to show as much. */
const MAX_READ = 1_000;
/** What an encryption key or a password could be, by its letters. None of the values or names that an option takes looks like it. */
const LIKE_A_KEY = /[\w+/=-]{32,}/g;

/** The error for an option. Its name may have come from outside, too. */
export function badOption(option: string, what: string, remedy: string): MailError {
  const name = cut(option.replace(LIKE_A_KEY, '…'), MAX_NAME).replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}"]/gu, '?');
  return new MailError('OPTIONS', `Option "${name}" of SmtpModule ${what}.`, { remedy });
}

/** A value as an error names it. Nothing of it is called, and what an object holds, or looks like a key, stays in it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value.slice(0, MAX_READ).replace(LIKE_A_KEY, '…'), MAX_SHOWN);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : cut(String(value), MAX_SHOWN);
}

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max)}…` : text);

/** The options of an object that has no others, without those that are undefined. */
export function knownOptions<T extends object>(value: T, known: readonly string[], option: string): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badOption(option, 'is not an object', `Known in it are ${known.join(', ')}.`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw badOption(`${option}.${unknown}`, 'is not an option', `Known are ${known.join(', ')}.`);
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined)) as T;
}

/** A whole number from 1 to `max`. */
export function positive(value: unknown, option: string, max: number): number {
  if (!Number.isInteger(value) || (value as number) <= 0) throw badOption(option, `is ${shown(value)}`, 'Give a whole number above 0.');
  if ((value as number) > max) throw badOption(option, `is ${shown(value)}`, `Give at most ${max}.`);
  return value as number;
}

export function flag(value: unknown, option: string): boolean {
  if (typeof value !== 'boolean') throw badOption(option, 'is not a boolean', 'Give true or false.');
  return value;
}

export function oneOf<T extends string>(value: unknown, choices: readonly T[], option: string): T {
  if (!choices.includes(value as T))
    throw badOption(option, `is ${shown(value)}`, `Give one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`);
  return value as T;
}
