/**
 * Parses JSON from a row, which a script, an editor or a column that is too short may have damaged. Returns undefined for a string
 * that is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isOptionalText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';
