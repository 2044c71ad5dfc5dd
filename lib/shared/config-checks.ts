import { CONFIG_FIELDS, type ConfigField, type SettingName } from './config-fields.js';
import { hasControlCharacters } from './control-characters.js';
import type { FieldProblem } from './mail-error.js';

/** PostgreSQL stores no NUL, and half a surrogate pair is no character. */
const UNSTORABLE = /[\0\p{Cs}]/u;
const GUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i;

/** True for a GUID as Microsoft writes it. */
export function isGuid(value: unknown): boolean {
  return typeof value === 'string' && GUID.test(value);
}

/** A condition of the field table on the values of a field, and the problem if it is not met. */
export interface Limit extends FieldProblem {
  readonly isValid: (value: unknown) => boolean;
}

/**
 * Returns the limits of a field from the field table in the order of the checks: its type, its length or range, its choices. The
 * browser and the server check them; the server's rules add what a table cannot express.
 */
export function limitsOf(name: SettingName): readonly Limit[] {
  const field: ConfigField = CONFIG_FIELDS[name];
  const isEmpty = (value: unknown): boolean => value === null && 'blank' in field && field.blank === null;
  return limitsOfField(field).map(({ isValid, ...problem }) => ({ ...problem, isValid: (value) => isEmpty(value) || isValid(value) }));
}

/** Returns the problem of the first limit that a value does not meet. */
export function firstProblem(limits: readonly Limit[], value: unknown): FieldProblem | undefined {
  const limit = limits.find(({ isValid }) => !isValid(value));
  return limit && { code: limit.code, message: limit.message };
}

function limitsOfField(field: ConfigField): readonly Limit[] {
  switch (field.value) {
    case 'text':
      return textLimits(field);
    case 'flag':
      return [{ code: 'not_a_boolean', message: 'This must be yes or no.', isValid: (value) => typeof value === 'boolean' }];
    case 'number':
      return [numberLimit(field)];
    case 'choice':
      return [choiceLimit(field)];
    case 'list':
      return listLimits(field);
    default:
      return [];
  }
}

function textLimits({ maxLength, multiline }: ConfigField & { value: 'text' }): readonly Limit[] {
  const characterLimit: Limit = multiline
    ? {
        code: 'control_characters',
        message: 'This contains a character that cannot be stored.',
        isValid: (value) => !UNSTORABLE.test(String(value)),
      }
    : { code: 'control_characters', message: 'This must be one line of text.', isValid: (value) => !hasControlCharacters(String(value)) };
  return [
    { code: 'not_text', message: 'This must be text.', isValid: (value) => typeof value === 'string' },
    {
      code: 'too_long',
      message: `At most ${maxLength} characters.`,
      isValid: (value) => characters(String(value), maxLength) <= maxLength,
    },
    characterLimit,
  ];
}

/** Counts characters as databases do, not halves of surrogate pairs. Does not read text that is far too long anyway. */
function characters(text: string, maxLength: number): number {
  return text.length > 2 * maxLength ? text.length : [...text].length;
}

function numberLimit({ min, max, problem = 'not_a_number' }: ConfigField & { value: 'number' }): Limit {
  return {
    code: problem,
    message: `Enter a whole number from ${min} to ${max}.`,
    isValid: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  };
}

function choiceLimit({ choices }: ConfigField & { value: 'choice' }): Limit {
  return {
    code: 'not_a_choice',
    message: `Choose one of ${choices.join(', ')}.`,
    isValid: (value) => choices.some((choice) => choice === value),
  };
}

function listLimits({ maxEntries, maxLength }: ConfigField & { value: 'list' }): readonly Limit[] {
  const isText = (entry: unknown): boolean => typeof entry === 'string' && entry.length <= maxLength;
  return [
    {
      code: 'too_long',
      message: `At most ${maxEntries} entries.`,
      isValid: (value) => !Array.isArray(value) || value.length <= maxEntries,
    },
    { code: 'not_text', message: 'Choose from the list.', isValid: (value) => Array.isArray(value) && value.every(isText) },
  ];
}
