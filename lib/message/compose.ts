import { composeError } from './diagnoses.js';
import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { domainOf, isPlainAddress, parseMailbox } from './mailbox.js';
import type { CheckedMailbox, CheckedMessage, DeliveryNotifications } from './mail-message.js';

/** The settings of a configuration that go into each mail. */
export interface SenderSettings {
  fromName: string | null;
  fromAddress: string | null;
  /** The address that bounces go to, if it is not the From address. */
  envelopeFrom?: string | null;
  /** The login name. Used as the From address if it is an address and no other is configured. */
  username: string | null;
  replyTo: string | null;
  signature: string | null;
  cc: string[];
  bcc: string[];
  /** Activities whose mail carries `cc` and `bcc`. */
  copyActivities: string[];
}

/** Sender and recipients as the server receives them (RFC 5321): plain addresses. */
export interface Envelope {
  from: string;
  to: string[];
  dsn?: DeliveryNotifications;
}

/** A message that any transport can send. */
export interface ComposedMail {
  envelope: Envelope;
  /** With angle brackets. */
  messageId: string;
  from: CheckedMailbox;
  to: CheckedMailbox[];
  cc: CheckedMailbox[];
  bcc: CheckedMailbox[];
  replyTo?: CheckedMailbox[];
  subject: string;
  text?: string;
  html?: string;
  attachments: CheckedMessage['attachments'];
  alternatives: CheckedMessage['alternatives'];
  icalEvent?: CheckedMessage['icalEvent'];
  headers: CheckedMessage['headers'];
  date: Date;
  /** The MIME for SMTP, once rendering has started. */
  mime?: Promise<Buffer>;
}

/** Options of {@link compose}. */
export interface ComposeOptions {
  /** Sensitive mail is sent to its own recipients only, whatever the configuration says. */
  isSensitive: boolean;
  /** The Message-ID of an earlier attempt, so that all attempts share it. */
  messageId?: string;
}

/**
 * Combines a checked message and the settings of its configuration.
 * @throws MailError `SENDER` when neither has a From address
 */
export function compose(message: CheckedMessage, sender: SenderSettings, { isSensitive, messageId }: ComposeOptions): ComposedMail {
  const from = fromLine(message, sender);
  const copied = !isSensitive && sender.copyActivities.includes(message.activity);
  const seen = new Set<string>();
  const to = distinct(message.to, seen);
  const cc = distinct([...message.cc, ...(copied ? sender.cc.map((entry) => parseMailbox(entry, 'cc')) : [])], seen);
  const bcc = distinct([...message.bcc, ...(copied ? sender.bcc.map((entry) => parseMailbox(entry, 'bcc')) : [])], seen);
  return {
    envelope: {
      from: message.envelopeFrom ?? sender.envelopeFrom ?? from.address,
      dsn: message.dsn,
      to: [...to, ...cc, ...bcc].map(({ address }) => address),
    },
    messageId: messageId ?? `<${randomUUID()}@${domainToASCII(domainOf(from.address)) || 'localhost'}>`,
    from,
    to,
    cc,
    bcc,
    replyTo: message.replyTo ?? (sender.replyTo ? [parseMailbox(sender.replyTo, 'replyTo')] : undefined),
    subject: message.subject,
    text: message.text === undefined ? undefined : signedText(message.text, sender.signature),
    html: message.html === undefined ? undefined : signedHtml(message.html, sender.signature),
    attachments: message.attachments,
    alternatives: message.alternatives,
    icalEvent: message.icalEvent,
    headers: message.headers,
    date: new Date(),
  };
}

/** Returns the From address for messages without their own; undefined if the configuration has none either. */
export function addressOf({ fromAddress, username }: Pick<SenderSettings, 'fromAddress' | 'username'>): string | undefined {
  return fromAddress ?? (isPlainAddress(username) ? username : undefined);
}

/** Returns the message's own envelope sender or From address; undefined if both are the configuration's. */
export function ownSenderOf(
  { envelope, from }: ComposedMail,
  sender: Pick<SenderSettings, 'fromAddress' | 'username' | 'envelopeFrom'>,
): string | undefined {
  const own = addressOf(sender);
  const differs = (address: string, configured?: string) => address.toLowerCase() !== configured?.toLowerCase();
  if (differs(envelope.from, sender.envelopeFrom ?? own)) return envelope.from;
  return differs(from.address, own) ? from.address : undefined;
}

function fromLine({ from }: CheckedMessage, sender: SenderSettings): CheckedMailbox {
  if (from?.address) return { name: from.name ?? '', address: from.address };
  const address = addressOf(sender);
  if (!address) {
    throw composeError('no_from_address', {}, { fault: 'config' });
  }
  return { name: from?.name ?? sender.fromName ?? '', address };
}

/** Keeps the first of each address, ignoring case, across all lists that share `seen`. */
function distinct(list: CheckedMailbox[], seen: Set<string>): CheckedMailbox[] {
  return list.filter(({ address }) => {
    const key = address.toLowerCase();
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

/** Adds the signature after a line of "-- " (RFC 3676 §4.3). */
function signedText(text: string, signature: string | null): string {
  return signature ? `${text.trimEnd()}\n\n-- \n${signature}\n` : text;
}

function signedHtml(html: string, signature: string | null): string {
  if (!signature) return html;
  const block = `<p>-- <br>${escapeHtml(signature).replaceAll('\n', '<br>')}</p>`;
  const end = html.search(/<\/body\s*>/i);
  return end === -1 ? html + block : html.slice(0, end) + block + html.slice(end);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
