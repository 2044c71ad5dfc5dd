import type { SenderSettings } from '../message/compose.js';
import type { RejectedRecipient } from '../shared/mail-error.js';
import { isListOf, isRecord, isText, parseJson } from './stored-json.js';

/** The part of a message that later attempts must not change once a server has accepted one recipient. */
export interface Frozen {
  sender: SenderSettings;
  /** Recipients that remain; none once the message is final. */
  remaining: string[];
  /** Recipients that were refused permanently. */
  refused: RejectedRecipient[];
}

/** The stored form. With very many recipients, the remaining ones are stored as bits, and only some refusals are kept. */
export interface StoredFrozen extends Omit<Frozen, 'remaining'> {
  remaining?: string[];
  /** Base64 of one bit per recipient of the envelope, whose order is fixed by the frozen sender and the content. */
  remainingBits?: string;
}

/** Fits the smallest `text` column, MariaDB's 64 KB. A longer value could not be stored. */
const MAX_BYTES = 60_000;
/** Enough to show why the server refuses recipients. */
const MAX_REFUSED = 20;

/** Returns the stored form. @param all the recipients of the message's envelope, in its order */
export function frozenText(frozen: Frozen, all: readonly string[]): string {
  const text = JSON.stringify(frozen satisfies StoredFrozen);
  if (Buffer.byteLength(text) <= MAX_BYTES) return text;
  const { sender, remaining, refused } = frozen;
  const left = new Set(remaining);
  const bits = Buffer.alloc(bytesFor(all));
  for (const [index, address] of all.entries()) if (left.has(address)) bits[index >> 3]! |= 1 << (index & 7);
  const short: StoredFrozen = { sender, remainingBits: bits.toString('base64'), refused: refused.slice(0, MAX_REFUSED) };
  return JSON.stringify(short);
}

/** Parses the string of {@link frozenText}. Returns undefined if it is damaged; the accepted recipients are then unknown. */
export function readFrozen(text: string): StoredFrozen | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || !isSender(value.sender) || !isListOf(value.refused, isRefusal)) return undefined;
  const { sender, refused, remaining, remainingBits } = value;
  if (isText(remainingBits)) return { sender, refused, remainingBits };
  return isListOf(remaining, isText) ? { sender, refused, remaining } : undefined;
}

/** Returns the remaining recipients of the envelope; undefined if there are none, or if the record does not match the envelope. */
export function remainingOf({ remaining, remainingBits = '' }: StoredFrozen, all: readonly string[]): string[] | undefined {
  if (remaining) return remaining.length > 0 ? remaining : undefined;
  const bits = Buffer.from(remainingBits, 'base64');
  if (bits.length !== bytesFor(all)) return undefined;
  const left = all.filter((_address, index) => (bits[index >> 3]! >> (index & 7)) & 1);
  return left.length > 0 ? left : undefined;
}

const bytesFor = (all: readonly string[]): number => Math.ceil(all.length / 8);

const TEXTS = ['fromName', 'fromAddress', 'username', 'replyTo', 'signature'] as const;
const LISTS = ['cc', 'bcc', 'copyActivities'] as const;

function isSender(value: unknown): value is SenderSettings {
  return (
    isRecord(value) &&
    (value.envelopeFrom === undefined || value.envelopeFrom === null || isText(value.envelopeFrom)) &&
    TEXTS.every((key) => value[key] === null || isText(value[key])) &&
    LISTS.every((key) => isListOf(value[key], isText))
  );
}

function isRefusal(value: unknown): value is RejectedRecipient {
  return isRecord(value) && isText(value.address) && isText(value.reply) && isText(value.reason) && Number.isInteger(value.code);
}
