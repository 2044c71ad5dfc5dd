import { hasControlCharacters } from './control-characters.js';
import { MailError } from './mail-error.js';
import { quote } from './quoted.js';
import { STORED } from './secrets.js';

/**
 * Checks the value of an option and returns it in the form that the package uses. @throws MailError `OPTIONS` naming the option and
 * the remedy
 */
export type Check<T> = (value: unknown, option: string) => T;

/** The options of an object: for each one its check, and the value to check if it is missing. */
export type OptionTable<T> = { readonly [K in keyof T]-?: readonly [check: Check<T[K]>, fallback: unknown] };

const SOURCE_ID = /^[\w-]{1,64}$/;

/** Checks the options of a module or function, which errors name as the owner. */
export class OptionChecker {
  /** @param owner the name in errors, such as `azureKeyVault()` */
  constructor(private readonly owner: string) {}

  /** Returns the error for an option. The option's name may be untrusted, too. */
  readonly badOption = (option: string, what: string, remedy: string): MailError => {
    const name = cut(option.replace(LIKE_A_KEY, '…'), MAX_NAME).replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}"]/gu, '?');
    return new MailError('OPTIONS', `Option "${name}" of ${this.owner} ${what}.`, { remedy });
  };

  /**
   * Checks an object of options and fills in the defaults. Only the object's own properties count.
   * @param path precedes the options' names in errors
   * @throws MailError `OPTIONS` naming the option and the remedy, also for an option that is not in the table
   */
  readonly checkOptions = <T extends object>(value: unknown, table: OptionTable<T>, path = ''): T => {
    const known = Object.keys(table) as (keyof T & string)[];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const remedy = `Use any of ${known.join(', ')}.`;
      if (path) throw this.badOption(path, 'is not an object', remedy);
      throw new MailError('OPTIONS', `The options of ${this.owner} are ${typeof value === 'string' ? 'a string' : describeValue(value)}.`, {
        remedy: `Pass an object. ${remedy}`,
      });
    }
    const nameOf = (name: string): string => (path ? `${path}.${name}` : name);
    const unknown = Object.keys(value).find((name) => !known.includes(name as keyof T & string));
    if (unknown !== undefined) throw this.badOption(nameOf(unknown), 'is not an option', `Use one of ${known.join(', ')}.`);
    const inherited = known.find((name) => isInherited(value, name));
    if (inherited !== undefined) throw this.badOption(nameOf(inherited), 'is inherited', 'Set it on the object itself.');
    const given = value as Record<string, unknown>;
    const checked = known.map((name) => {
      const [check, fallback] = table[name];
      const own = Object.hasOwn(given, name) ? given[name] : undefined;
      return [name, check(own === undefined ? fallback : own, nameOf(name))];
    });
    return Object.fromEntries(checked) as T;
  };

  /** Makes the check of an object of options. */
  readonly options =
    <T extends object>(table: OptionTable<T>): Check<T> =>
    (value, option) =>
      this.checkOptions(value, table, option);

  /** Makes the check of a list. Holes are checked like any entry. */
  readonly listOf =
    <T>(max: number, check: Check<T>): Check<T[]> =>
    (value, option) => {
      if (!Array.isArray(value)) throw this.badOption(option, 'is not a list', `Pass a list of at most ${max} entries.`);
      if (value.length > max) throw this.badOption(option, `has ${value.length} entries`, `Pass at most ${max}.`);
      return Array.from({ length: value.length }, (_, index) => check(value[index], `${option}[${index}]`));
    };

  /** Makes the check of a whole number from 1 to `max`. */
  readonly wholeNumber =
    (max: number): Check<number> =>
    (value, option) => {
      if (!Number.isInteger(value) || (value as number) <= 0)
        throw this.badOption(option, `is ${describeValue(value)}`, 'Pass a whole number above 0.');
      if ((value as number) > max) throw this.badOption(option, `is ${describeValue(value)}`, `Pass at most ${max}.`);
      return value as number;
    };

  /** Checks a time that a timer can handle; a longer one would fire immediately. */
  readonly timerMs = this.wholeNumber(2 ** 31 - 1);

  /** Checks a time of at most a hundred years. Databases and Date do not support much more. */
  readonly durationMs = this.wholeNumber(100 * 365 * 86_400_000);

  /** Checks a boolean. */
  readonly flag: Check<boolean> = (value, option) => {
    if (typeof value !== 'boolean') throw this.badOption(option, 'is not a boolean', 'Pass true or false.');
    return value;
  };

  /** Makes the check of a choice. */
  readonly oneOf =
    <T extends string>(...choices: readonly T[]): Check<T> =>
    (value, option) => {
      if (!choices.includes(value as T))
        throw this.badOption(option, `is ${describeValue(value)}`, `Pass one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`);
      return value as T;
    };

  /** Checks a string that is shown to admins. AdminJS writes labels into its page without escaping, so a tag would take effect. */
  readonly label: Check<string> = (value, option) => {
    if (!isLine(value, 100) || /[<>]/.test(value)) {
      throw this.badOption(option, 'is not plain text', 'Pass 1 to 100 characters without "<" and ">".');
    }
    return value;
  };

  /** Makes the check of one line of text. Errors do not show its content. */
  readonly line =
    (max: number, remedy: string): Check<string> =>
    (value, option) => {
      if (typeof value !== 'string') throw this.badOption(option, 'is not a string', remedy);
      if (value.trim() === '') throw this.badOption(option, 'is empty', remedy);
      if (value.length > max) throw this.badOption(option, `is longer than ${max} characters`, remedy);
      if (hasControlCharacters(value)) throw this.badOption(option, 'contains a line break or control character', remedy);
      return value;
    };

  /** Checks the id of a secret source. */
  readonly sourceId: Check<string> = (value, option) => {
    if (typeof value !== 'string' || !SOURCE_ID.test(value))
      throw this.badOption(option, 'is malformed', 'Use up to 64 letters, digits, "_" and "-".');
    if (value === STORED) throw this.badOption(option, `is reserved: "${STORED}"`, 'Choose another id for the source.');
    return value;
  };
}

/** Makes the check of an option that may stay undefined. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, option) =>
    value === undefined ? undefined : check(value, option);

const MAX_NAME = 100;
const MAX_SHOWN = 40;
/** The most characters of a string that are read, to limit the work. */
const MAX_READ = 1_000;
/** Matches a string that may be an encryption key or a password. No name or valid value of an option looks like it. */
const LIKE_A_KEY = /[\w+/=-]{32,}/g;

/**
 * Describes a value for an error message. Calls nothing on it, and leaves out the contents of objects and anything that looks like
 * a key.
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quote(value.slice(0, MAX_READ).replace(LIKE_A_KEY, '…'), MAX_SHOWN);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : cut(String(value), MAX_SHOWN);
}

/** True for a property from a prototype other than Object's. Ignoring it would silently drop an option. */
function isInherited(value: object, name: string): boolean {
  return !Object.hasOwn(value, name) && name in value && !(name in Object.prototype);
}

const isLine = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max && value.trim() !== '' && !hasControlCharacters(value);

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max)}…` : text);
