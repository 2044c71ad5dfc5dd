import { settingsOf } from '../../shared/config-fields.js';

const BOOLEANS: ReadonlySet<string> = new Set([...settingsOf('flag'), 'checkOnly']);
const NUMBERS: ReadonlySet<string> = new Set([...settingsOf('number'), 'version', 'limit']);
const LISTS: ReadonlySet<string> = new Set(settingsOf('list'));
const LIST_ENTRY = /^(\w+)\.(\d{1,3})$/;

/**
 * Converts a form's values to their types: a form sends strings (`'587'`, `'true'`, `cc.0`), JSON sends typed values. A value that
 * cannot be converted stays as it is, and the rules reject it.
 */
export function typedValues(payload: Record<string, unknown> = {}): Record<string, unknown> {
  // Without a prototype that a field named `__proto__` could replace.
  const values = Object.create(null) as Record<string, unknown>;
  for (const [field, value] of Object.entries(payload)) {
    const entry = LIST_ENTRY.exec(field);
    if (entry && LISTS.has(entry[1]!)) (values[entry[1]!] as unknown[] | undefined) ??= [];
    if (entry && LISTS.has(entry[1]!) && Array.isArray(values[entry[1]!])) (values[entry[1]!] as unknown[])[Number(entry[2])] = value;
    else values[field] = convert(field, value);
  }
  for (const field of LISTS) {
    const list = values[field];
    if (Array.isArray(list)) values[field] = list.filter((entry) => entry !== undefined);
  }
  return values;
}

function convert(field: string, value: unknown): unknown {
  if (BOOLEANS.has(field) && (value === 'true' || value === 'false')) return value === 'true';
  if (NUMBERS.has(field) && typeof value === 'string')
    return /^\d{1,9}$/.test(value.trim()) ? Number(value) : value.trim() === '' ? null : value;
  if (LISTS.has(field) && (value === '' || value === null)) return [];
  return value;
}
