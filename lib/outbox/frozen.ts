import type { SenderSettings } from '../message/compose.js';
import type { RejectedRecipient } from '../smtp.errors.js';

/** What no later attempt may change, once one recipient was accepted. */
export interface Frozen {
  sender: SenderSettings;
  remaining: string[];
  /** Refused for good, while others are still to come. */
  refused: RejectedRecipient[];
}

/** As it is stored. With very many recipients, those that remain are bits, and only some refusals are kept. */
export interface StoredFrozen extends Omit<Frozen, 'remaining'> {
  remaining?: string[];
  /** Base64: a bit for each recipient of the envelope, which the frozen sender and the content make the same each time. */
  remainingBits?: string;
}

/** The smallest `text` is MariaDB's, with 64 KB: what is longer would never be written down. */
const MAX_BYTES = 60_000;
/** As many as the text of an error has room for. */
const MAX_REFUSED = 20;

/** @param all the recipients of the message's envelope, in its order */
export function frozenText(frozen: Frozen, all: readonly string[]): string {
  const text = JSON.stringify(frozen satisfies StoredFrozen);
  if (Buffer.byteLength(text) <= MAX_BYTES) return text;
  const { sender, remaining, refused } = frozen;
  const left = new Set(remaining);
  const bits = Buffer.alloc(Math.ceil(all.length / 8));
  for (const [index, address] of all.entries()) if (left.has(address)) bits[index >> 3]! |= 1 << (index & 7);
  const short: StoredFrozen = { sender, remainingBits: bits.toString('base64'), refused: refused.slice(0, MAX_REFUSED) };
  return JSON.stringify(short);
}

/** Those of the envelope's recipients who are still to come. */
export function remainingOf({ remaining, remainingBits = '' }: StoredFrozen, all: readonly string[]): string[] {
  if (remaining) return remaining;
  const bits = Buffer.from(remainingBits, 'base64');
  return all.filter((_address, index) => ((bits[index >> 3] ?? 0) >> (index & 7)) & 1);
}
