import { readFrozen } from './frozen.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** Who has a message and who has not, once not all of its recipients were treated alike. */
export interface MailLogDelivery {
  /** Those of the To line for whom the server took it. */
  accepted: string[];
  /** How many more have it: in CC and BCC, or beyond what a list shows. */
  acceptedMore: number;
  /** Refused for good, with the server's words. */
  refused: { address: string; response: string }[];
  /** Neither: still to come while the message waits, and left out once it has come to its end. */
  left: string[];
  /** True when the refusals, or those who are left, were too many to be kept: some may be missing here, and `accepted` is not known. */
  isCut: boolean;
}

/** How much of the columns is kept. */
const RECIPIENTS_LENGTH = 512;
const ERROR_LENGTH = 1_000;

type Refusal = MailLogDelivery['refused'][number];

/** What the row says about each recipient; null while all are in the same state. */
export function deliveryOf(row: SmtpMessage): MailLogDelivery | null {
  const { status, lastCode, lastError, lastReply } = row;
  const isPartly = status === 'partially_sent';
  // The last server took it for at least one, and its refusals are listed with all that came before.
  if (isPartly && lastCode === null) return counted(row, refusalsIn(lastError ?? ''), [], (lastError ?? '').length >= ERROR_LENGTH);
  const frozen = frozenOf(row.frozen);
  if (!frozen || status === 'sent') return null;
  // It ended with a refusal of those who were left.
  const late = isPartly ? frozen.remaining.map((address) => ({ address, response: lastReply ?? '' })) : [];
  return counted(row, [...frozen.refused, ...late], isPartly ? [] : frozen.remaining, frozen.isCut);
}

function counted({ recipients, recipientCount }: SmtpMessage, refused: Refusal[], left: string[], isCut: boolean): MailLogDelivery {
  if (isCut) return { accepted: [], acceptedMore: 0, refused, left, isCut };
  const listed = recipients.split(', ');
  if (recipients.length >= RECIPIENTS_LENGTH) listed.pop();
  const without = new Set([...refused.map(({ address }) => address), ...left].map((address) => address.toLowerCase()));
  const accepted = listed.filter((address) => !without.has(address.toLowerCase()));
  return { accepted, acceptedMore: Math.max(0, recipientCount - without.size - accepted.length), refused, left, isCut };
}

/** The addresses and words of "Refused: a@b.c (550 …); d@e.f (551 …)". */
function refusalsIn(error: string): Refusal[] {
  const found = error.slice(0, ERROR_LENGTH).matchAll(/(?:^Refused: |\); )(\S+@\S+) \(([\s\S]*?)(?=\); \S+@\S+ \(|\)?$)/g);
  return [...found].map(([, address = '', response = '']) => ({ address, response }));
}

/** What was settled for good when one recipient was accepted. */
function frozenOf(json: string | null): { remaining: string[]; refused: Refusal[]; isCut: boolean } | null {
  const frozen = json === null ? undefined : readFrozen(json);
  if (!frozen) return null;
  const { remaining = [], remainingBits, refused } = frozen;
  return { remaining, refused: refused.map(({ address, response }) => ({ address, response })), isCut: remainingBits !== undefined };
}
