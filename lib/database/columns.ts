import type { ValueTransformer } from 'typeorm';

/** A Date as a `bigint` of milliseconds since 1970, the only form that is exact on every database. */
export const instant: ValueTransformer = {
  to: (value: Date | null | undefined) => (value instanceof Date ? value.getTime() : value),
  from: (value: string | number | null) => (value === null || value === undefined ? null : new Date(Number(value))),
};

/** A list of strings as JSON. */
export const jsonList: ValueTransformer = {
  to: (value: string[] | undefined) => {
    if (value !== undefined && !Array.isArray(value)) throw new TypeError('This column holds a list.');
    return value && JSON.stringify(value);
  },
  from: (value: string | null) => listOf(value),
};

/** The most characters of a damaged list that are shown. */
const MAX_DAMAGED = 200;

/** Parses a list. A row that was damaged by hand must not break the others: anything but a list stays visible as a single entry. */
function listOf(text: string | null): string[] {
  if (!text) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  } catch {
    // Shown as it is, below.
  }
  return [text.slice(0, MAX_DAMAGED)];
}

/** A list of objects as JSON. Whatever else a damaged row holds is left out. */
export const jsonObjects: ValueTransformer = {
  to: (value: object[]) => JSON.stringify(value),
  from: (value: string | null) => objectsOf(value),
};

function objectsOf(text: string | null): object[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];
  } catch {
    return [];
  }
}

/** Values by name as JSON. */
export const jsonObject: ValueTransformer = {
  to: (value: object | undefined) => (value && Object.keys(value).length > 0 ? JSON.stringify(value) : null),
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
