import { CONFIG_FIELDS, type ConfigField, type SettingName } from './config-fields.js';
import type { FieldProblem } from './mail-error.js';

/** PostgreSQL stores no NUL, and half a surrogate pair is no character. */
const UNSTORABLE = /[\0\p{Cs}]/u;
const GUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i;
/** Control characters, line separators, and halves of surrogate pairs. */
const NOT_ONE_LINE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** True for a GUID as Microsoft writes it. */
export function isGuid(value: unknown): boolean {
  return typeof value === 'string' && GUID.test(value);
}

/**
 * Checks a value against what the field table says about it: its type, its length or range, its choices. Both sides check it; the
 * server's rules add what a table cannot say.
 */
export function limitProblem(name: SettingName, value: unknown): FieldProblem | undefined {
  const field: ConfigField = CONFIG_FIELDS[name];
  if (value === null && 'blank' in field && field.blank === null) return undefined;
  switch (field.value) {
    case 'text':
      return textProblem(field, value);
    case 'flag':
      return typeof value === 'boolean' ? undefined : { code: 'not_a_boolean', message: 'This must be yes or no.' };
    case 'number': {
      const { min, max, problem = 'not_a_number' } = field;
      const isInRange = Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
      return isInRange ? undefined : { code: problem, message: `Enter a whole number from ${min} to ${max}.` };
    }
    case 'choice':
      return field.choices.some((choice) => choice === value)
        ? undefined
        : { code: 'not_a_choice', message: `Choose one of ${field.choices.join(', ')}.` };
    case 'list':
      return listProblem(field, value);
    default:
      return undefined;
  }
}

function textProblem({ maxLength, multiline }: ConfigField & { value: 'text' }, value: unknown): FieldProblem | undefined {
  if (typeof value !== 'string') return { code: 'not_text', message: 'This must be text.' };
  if (characters(value, maxLength) > maxLength) return { code: 'too_long', message: `At most ${maxLength} characters.` };
  if (multiline && UNSTORABLE.test(value)) {
    return { code: 'control_characters', message: 'This contains a character that cannot be stored.' };
  }
  return !multiline && NOT_ONE_LINE.test(value) ? { code: 'control_characters', message: 'This must be one line of text.' } : undefined;
}

/** Counts characters as databases do, not halves of surrogate pairs. What is far too long is not looked through. */
function characters(text: string, maxLength: number): number {
  return text.length > 2 * maxLength ? text.length : [...text].length;
}

function listProblem({ maxEntries, maxLength }: ConfigField & { value: 'list' }, value: unknown): FieldProblem | undefined {
  if (Array.isArray(value) && value.length > maxEntries) return { code: 'too_long', message: `At most ${maxEntries} entries.` };
  const isValid = Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry.length <= maxLength);
  return isValid ? undefined : { code: 'not_text', message: 'Choose from the list.' };
}
