import { splitList } from '../shared/addresses.js';
import { cutText } from '../shared/cut-text.js';
import { readFrozen } from './frozen.js';
import type { MessageContent } from './message-content.js';
import type { SmtpMessage } from './smtp-message.entity.js';
import type { MailLogDelivery } from '../shared/mail-log.js';

/** The length of the column. */
const RECIPIENTS_LENGTH = 512;

/** Returns the columns about the recipients of a message. */
export function recipientColumns({
  to,
  cc,
  bcc,
}: Pick<MessageContent, 'to' | 'cc' | 'bcc'>): Pick<SmtpMessage, 'recipients' | 'recipientCount'> {
  const listed = [to, cc, bcc].find(({ length }) => length > 0) ?? [];
  return {
    recipients: cutText(listed.map(({ address }) => address).join(', '), RECIPIENTS_LENGTH),
    recipientCount: to.length + cc.length + bcc.length,
  };
}

/** Returns the delivery by recipient; null while all recipients are in the same state. */
export function deliveryOf(row: SmtpMessage): MailLogDelivery | null {
  const record = row.frozen === null || row.status === 'sent' ? undefined : readFrozen(row.frozen);
  if (!record) return null;
  const { refused, remaining = [], remainingBits } = record;
  return remainingBits === undefined
    ? { ...acceptedOf(row, [...refused.map(({ address }) => address), ...remaining]), refused, remaining, isTruncated: false }
    : { accepted: [], acceptedMore: 0, refused, remaining, isTruncated: true };
}

function acceptedOf(
  { recipients, recipientCount }: SmtpMessage,
  without: readonly string[],
): Pick<MailLogDelivery, 'accepted' | 'acceptedMore'> {
  const listed = splitList(recipients);
  if (recipients.endsWith('…')) listed.pop();
  const excluded = new Set(without.map((address) => address.toLowerCase()));
  const accepted = listed.filter((address) => !excluded.has(address.toLowerCase()));
  return { accepted, acceptedMore: Math.max(0, recipientCount - excluded.size - accepted.length) };
}
