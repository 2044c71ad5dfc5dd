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

/** One row that was damaged by hand must not take the others with it. */
function listOf(text: string | null): string[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return [];
  }
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
