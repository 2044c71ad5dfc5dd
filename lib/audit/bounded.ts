/** Longer than any list, and any string of a configuration except certificates, which are recorded as fingerprints. */
const MAX_LENGTH = 2_000;
/** Fits a text column of every database. MariaDB has the smallest, with 65,535 bytes. */
const MAX_BYTES = 60_000;
const CUT = '…';

/** Returns one line of text for a column of that length; null for anything but a string or a number. */
export function singleLine(value: unknown, length: number): string | null {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  if (typeof text !== 'string') return null;
  // PostgreSQL cannot store a NUL, and half a surrogate pair is not a character.
  const clean = text.slice(0, length).replace(/[\p{Cc}\p{Cs}]+/gu, ' ');
  return clean.trim() || null;
}

/** Shortens strings and lists until the JSON of the values fits into a column. */
export function limitSize<T extends object>(values: T): T {
  for (let length = MAX_LENGTH; ; length = Math.floor(length / 2)) {
    const shorter = shorten(values, length) as T;
    if (length === 0 || Buffer.byteLength(JSON.stringify(shorter)) <= MAX_BYTES) return shorter;
  }
}

function shorten(value: unknown, length: number): unknown {
  if (typeof value === 'string') return value.length > length ? value.slice(0, length) + CUT : value;
  if (Array.isArray(value)) {
    const kept = value.slice(0, length).map((entry) => shorten(entry, length));
    return value.length > length ? [...kept, CUT] : kept;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, shorten(entry, length)]));
}
