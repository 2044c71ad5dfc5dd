import { MailError } from '../shared/mail-error.js';
import { quote } from '../shared/quoted.js';

/** Returns the `INVALID_MESSAGE` error about a field. */
export function invalidMessage(field: string, what: string, { code = 'invalid', remedy = '', cause }: Refusal = {}): MailError {
  const fields = { [field]: { code, message: `This ${what}.` } };
  return new MailError('INVALID_MESSAGE', `"${field}" ${what}.`, { fields, remedy, cause });
}

interface Refusal {
  code?: string;
  remedy?: string;
  cause?: unknown;
}

/** The most problems that an error describes, so that it stays readable. `fields` has all of them. */
const MAX_DESCRIBED = 10;

/** Joins `INVALID_MESSAGE` errors about several fields. @param prefix precedes the names of the fields */
export function joinInvalid(errors: readonly MailError[], prefix = ''): MailError {
  const [first] = errors;
  if (first && errors.length === 1 && prefix === '') return first;
  const problems = errors.flatMap(({ fields = {} }) => Object.entries(fields));
  const described = problems.slice(0, MAX_DESCRIBED).map(([field, { message }]) => `"${prefix}${field}": ${message}`);
  const more = problems.length > MAX_DESCRIBED ? [`${problems.length - MAX_DESCRIBED} more fields are invalid.`] : [];
  const fields = Object.fromEntries(problems.map(([field, problem]) => [`${prefix}${field}`, problem]));
  const remedies = new Set(errors.map(({ remedy }) => remedy));
  return new MailError('INVALID_MESSAGE', [...described, ...more].join(' '), {
    fields,
    remedy: remedies.size === 1 ? [...remedies][0] : '',
  });
}

/** Calls a check for each entry, and throws the errors of all entries together. @throws MailError `INVALID_MESSAGE` */
export function checkEach<T, R>(entries: readonly T[], check: (entry: T, index: number) => R): R[] {
  const errors: MailError[] = [];
  const checked = entries.flatMap((entry, index) => {
    try {
      return [check(entry, index)];
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      errors.push(error);
      return [];
    }
  });
  if (errors.length > 0) throw joinInvalid(errors);
  return checked;
}

/** Reads one field of a caller's object. Ignores inherited fields. @throws MailError `INVALID_MESSAGE` if reading it fails */
export function ownValue(holder: object, key: PropertyKey, field: string): unknown {
  try {
    return Object.hasOwn(holder, key) ? (holder as Record<PropertyKey, unknown>)[key] : undefined;
  } catch (cause) {
    throw invalidMessage(field, 'could not be read', { code: 'unreadable', cause });
  }
}

/** Returns the names of the fields of a caller's object. @throws MailError `INVALID_MESSAGE` for any other value */
export function ownKeys(holder: unknown, field: string): string[] {
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) throw invalidMessage(field, 'is not an object');
  try {
    return Object.keys(holder);
  } catch (cause) {
    throw invalidMessage(field, 'could not be read', { code: 'unreadable', cause });
  }
}

/**
 * Copies the known fields of a caller's object, each read once.
 * @param prefix precedes the name of a field in errors
 * @throws MailError `INVALID_MESSAGE` naming a field that is unknown or cannot be read
 */
export function ownFields<K extends string>(
  holder: unknown,
  known: readonly K[],
  field: string,
  prefix = `${field}.`,
): Partial<Record<K, unknown>> {
  const unknown = ownKeys(holder, field).find((key) => !known.includes(key as K));
  if (unknown !== undefined) {
    const what = `has an unknown field ${quote(unknown)}; use only ${known.join(', ')}`;
    throw invalidMessage(field, what, { code: 'unknown_field' });
  }
  const copy = Object.create(null) as Partial<Record<K, unknown>>;
  for (const key of known) copy[key] = ownValue(holder as object, key, `${prefix}${key}`);
  return copy;
}

/** Copies a caller's list, each entry read once. @throws MailError `INVALID_MESSAGE` for any other value and for more than `max` entries */
export function ownList(list: unknown, max: number, field: string): unknown[] {
  if (!Array.isArray(list)) throw invalidMessage(field, 'is not a list');
  const length = Number(ownValue(list, 'length', field));
  if (length > max) throw invalidMessage(field, `has more than ${max} entries`, { code: 'too_many' });
  return Array.from({ length }, (_, index) => ownValue(list, index, `${field}[${index}]`));
}
