import { randomBytes } from 'node:crypto';

let lastMs = 0;
let sequence = 0;

/** Returns a UUID version 7 (RFC 9562 §5.7). UUIDs sort in the order of creation, even within a millisecond of this process. */
export function uuid7(now = Date.now()): string {
  // If the clock is set back, or after 4096 ids in a millisecond, the next milliseconds are used up.
  if (now > lastMs) {
    lastMs = now;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  const hex = lastMs.toString(16).padStart(12, '0') + (0x7000 | sequence).toString(16);
  const random = randomBytes(8);
  random[0] = (random[0]! & 0x3f) | 0x80;
  const rest = random.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12)}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}

/** Returns an id that sorts before every id created at that time or later. */
export function uuid7Before(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
