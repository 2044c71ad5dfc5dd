import { Readable } from 'node:stream';
import { MailError } from '../smtp.errors.js';
import { checkName, hasControlCharacters, parseMailbox } from './mailbox.js';
import type { Attachment, CheckedDelivery, CheckedMailbox, CheckedMessage, MailMessage, MailPriority, Recipients } from './mail-message.js';

/** The activity of mail that names none. */
export const GENERAL_ACTIVITY = 'general';

const MESSAGE_KEYS = [
  'to',
  'cc',
  'bcc',
  'from',
  'replyTo',
  'subject',
  'text',
  'html',
  'attachments',
  'headers',
  'activity',
  'config',
  'priority',
  'sendAt',
  'expiresAt',
  'idempotencyKey',
];
const PRIORITIES: MailPriority[] = ['high', 'normal', 'low'];
const MAX_KEY = 255;
const ATTACHMENT_KEYS = ['filename', 'content', 'contentType', 'cid'];
/** RFC 5322 §2.1.1: the longest line a mail may have. */
const MAX_LINE = 998;
const HEADER_NAME = /^[!-9;-~]{1,76}$/;
const OWN_HEADERS =
  /^(from|sender|to|cc|bcc|reply-to|subject|date|message-id|mime-version|received|return-path|dkim-signature|content-.*|resent-.*)$/i;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"\\]*"|[\w.+-]+))*$/;

/**
 * Checks a message field by field and copies what it knows; nothing else of the caller's object goes further.
 * @param activities the keys a message may name
 * @throws MailError `INVALID_MESSAGE` naming the field.
 */
export function checkMessage(message: MailMessage, activities: ReadonlySet<string>): CheckedMessage {
  if (message === null || typeof message !== 'object') throw refused('message', 'is not an object');
  refuseUnknown(message, MESSAGE_KEYS, 'message');
  const to = recipients(message.to, 'to');
  if (to.length === 0) throw refused('to', 'needs at least one recipient');
  if (message.text === undefined && message.html === undefined) throw refused('text', 'or "html" is needed');
  const activity = optionalText(message.activity, 'activity') ?? GENERAL_ACTIVITY;
  if (!activities.has(activity)) throw refused('activity', `names an activity that is not declared: ${JSON.stringify(activity)}`);
  return {
    to,
    cc: recipients(message.cc ?? [], 'cc'),
    bcc: recipients(message.bcc ?? [], 'bcc'),
    from: message.from === undefined ? undefined : sender(message.from),
    replyTo: message.replyTo === undefined ? undefined : parseMailbox(message.replyTo, 'replyTo'),
    subject: line(message.subject, 'subject'),
    text: optionalText(message.text, 'text'),
    html: optionalText(message.html, 'html'),
    attachments: attachments(message.attachments ?? []),
    headers: headers(message.headers ?? {}),
    activity,
    config: message.config === undefined ? undefined : line(message.config, 'config').trim(),
  };
}

/** Checks how a message is to be queued. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkDelivery({ priority = 'normal', sendAt, expiresAt, idempotencyKey }: MailMessage): CheckedDelivery {
  if (!PRIORITIES.includes(priority)) throw refused('priority', `must be one of ${PRIORITIES.join(', ')}`);
  for (const [field, time] of Object.entries({ sendAt, expiresAt })) {
    if (time !== undefined && !(time instanceof Date && Number.isFinite(time.getTime()))) throw refused(field, 'must be a valid Date');
  }
  if (idempotencyKey !== undefined && (line(idempotencyKey, 'idempotencyKey') === '' || idempotencyKey.length > MAX_KEY)) {
    throw refused('idempotencyKey', `must have 1 to ${MAX_KEY} characters`);
  }
  return { priority: PRIORITIES.indexOf(priority), sendAt, expiresAt, idempotencyKey };
}

function recipients(value: Recipients, field: string): CheckedMailbox[] {
  if (!Array.isArray(value)) return [parseMailbox(value as Exclude<Recipients, readonly unknown[]>, field)];
  return value.map((entry, index) => parseMailbox(entry, `${field}[${index}]`));
}

function sender(from: NonNullable<MailMessage['from']>): CheckedMessage['from'] {
  if (typeof from === 'object' && from !== null && !('address' in from)) {
    if (typeof from.name !== 'string') throw refused('from', 'needs a name or an address');
    checkName(from.name, 'from');
    return { name: from.name };
  }
  return parseMailbox(from, 'from');
}

function attachments(list: Attachment[]): Attachment[] {
  if (!Array.isArray(list)) throw refused('attachments', 'is not a list');
  return list.map((attachment, index) => {
    const field = `attachments[${index}]`;
    if (attachment === null || typeof attachment !== 'object') throw refused(field, 'is not an object');
    refuseUnknown(attachment, ATTACHMENT_KEYS, field);
    const { filename, content, contentType, cid } = attachment;
    if (!Buffer.isBuffer(content) && typeof content !== 'string' && !(content instanceof Readable)) {
      throw refused(`${field}.content`, 'must be a Buffer, a string or a readable stream; paths and URLs are not read');
    }
    // A stream that fails before it is read would otherwise end the process; whoever reads it gets the error.
    if (content instanceof Readable) content.on('error', () => undefined);
    if (filename !== undefined) line(filename, `${field}.filename`);
    if (cid !== undefined && !/^[^\s<>]{1,255}$/.test(line(cid, `${field}.cid`))) throw refused(`${field}.cid`, 'is not a content id');
    if (contentType !== undefined && !MEDIA_TYPE.test(line(contentType, `${field}.contentType`))) {
      throw refused(`${field}.contentType`, 'is not a media type');
    }
    return { filename, content, contentType, cid };
  });
}

function headers(value: Record<string, string>): Record<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw refused('headers', 'is not an object');
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => {
      if (!HEADER_NAME.test(name)) throw refused('headers', `has an invalid header name: ${JSON.stringify(name.slice(0, 80))}`);
      if (OWN_HEADERS.test(name)) throw refused(`headers.${name}`, 'is written by this package and cannot be given');
      return [name, line(content, `headers.${name}`)];
    }),
  );
}

function line(value: unknown, field: string): string {
  if (typeof value !== 'string') throw refused(field, 'must be text');
  if (hasControlCharacters(value)) throw refused(field, 'holds a control character', 'control_characters');
  if (value.length > MAX_LINE) throw refused(field, `is longer than ${MAX_LINE} characters`, 'too_long');
  return value;
}

function optionalText(value: unknown, field: string): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw refused(field, 'must be text');
  return value;
}

function refuseUnknown(value: object, known: readonly string[], field: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw refused(field, `has an unknown field ${JSON.stringify(unknown)}; known are ${known.join(', ')}`, 'unknown_field');
}

function refused(field: string, what: string, code = 'invalid'): MailError {
  return new MailError('INVALID_MESSAGE', `"${field}" ${what}.`, { fields: { [field]: { code, message: `This ${what}.` } }, remedy: '' });
}
