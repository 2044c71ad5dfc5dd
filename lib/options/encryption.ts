import { type EncryptionOptions, KeyRing } from '../secret/key-ring.js';
import { badOption, type Check, checkOptions, shown } from './option-checker.js';

const KEY_BYTES = 32;
/** The most key ids that an error lists. */
const MAX_NAMED = 20;
const KEY_ID = /^[\w-]{1,32}$/;

const asGiven: Check<unknown> = (value) => value;

/** Checks the option `encryption`. Without it the ring is empty. */
export const encryption: Check<KeyRing> = (given, option) => {
  if (given === undefined) return new KeyRing(new Map(), undefined);
  const { current, keys } = checkOptions<Record<keyof EncryptionOptions, unknown>>(
    given,
    { current: [asGiven, undefined], keys: [asGiven, undefined] },
    option,
  );
  if (typeof keys !== 'object' || keys === null)
    throw badOption(`${option}.keys`, 'is missing', 'Pass keys by id: { k1: process.env.SMTP_KEY }.');
  const ids = Object.keys(keys);
  ids.forEach((id, index) => {
    if (KEY_ID.test(id)) return;
    // A longer string may be a key in the wrong place, so it is not shown.
    const name = id.length > 32 ? `${option}.keys (entry ${index + 1})` : `${option}.keys.${id}`;
    throw badOption(name, 'has an invalid id', 'Use up to 32 letters, digits, "_" and "-".');
  });
  if (typeof current !== 'string' || !ids.includes(current)) {
    const name = typeof current !== 'string' || KEY_ID.test(current) ? shown(current) : 'a text that is not an id';
    const known = ids.slice(0, MAX_NAMED).join(', ') || '(none)';
    throw badOption(`${option}.current`, `does not name a key of encryption.keys: ${name}`, `Name one of ${known}.`);
  }
  const ring = new Map<string, Buffer>();
  for (const [id, key] of Object.entries(keys as Record<string, unknown>)) {
    if (key !== undefined && key !== '') ring.set(id, bytesOf(key, `${option}.keys.${id}`));
  }
  return new KeyRing(ring, ring.has(current) ? current : undefined);
};

function bytesOf(key: unknown, option: string): Buffer {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : Buffer.alloc(0);
  if (bytes.length === KEY_BYTES) return bytes;
  throw badOption(
    option,
    `has ${bytes.length} bytes instead of ${KEY_BYTES}`,
    'Create a key with "openssl rand -base64 32" and pass it in base64.',
  );
}
