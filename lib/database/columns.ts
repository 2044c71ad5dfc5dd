import type { ValueTransformer } from 'typeorm';

/** A Date in a `bigint` of milliseconds since 1970, the one form that is exact on every database. */
export const instant: ValueTransformer = {
  to: (value: Date | null | undefined) => (value instanceof Date ? value.getTime() : value),
  from: (value: string | number | null) => (value === null || value === undefined ? null : new Date(Number(value))),
};

/** A list of texts as JSON. */
export const jsonList: ValueTransformer = {
  to: (value: string[] | undefined) => {
    if (value !== undefined && !Array.isArray(value)) throw new TypeError('This column holds a list.');
    return value && JSON.stringify(value);
  },
  from: (value: string | null) => listOf(value),
};

/** What a damaged list is shown as at most. */
const MAX_DAMAGED = 200;

/** One row that was damaged by hand must not take the others with it. What is no list stays visible as one entry: it is not nothing. */
function listOf(text: string | null): string[] {
  if (!text) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  } catch {
    // Said below.
  }
  return [text.slice(0, MAX_DAMAGED)];
}

/** Values by name as JSON. */
export const jsonObject: ValueTransformer = {
  to: (value: object) => (Object.keys(value).length === 0 ? null : JSON.stringify(value)),
  from: (value: string | null) => objectOf(value),
};

function objectOf(text: string | null): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
