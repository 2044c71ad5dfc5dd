import { createHash } from 'node:crypto';
import { diagnosedError } from '../transport/failures/diagnoses.js';
import type { Alternative, Attachment, CalendarEvent, CheckedMailbox, CheckedMessage, Content } from '../message/mail-message.js';
import { TooLarge } from '../io/read-limited.js';
import { MAX_CONTENT_BYTES, readContent } from '../message/read-content.js';
import { MailError } from '../shared/mail-error.js';
import { isListOf, isOptionalText, isRecord, isText, parseJson } from './stored-json.js';

/** The size of a part, which fits the smallest `text` column (MariaDB's 64 KB). */
const PART_BYTES = 48_000;

/** A part of a message with its content as base64. */
type Stored<T extends { content: Content }> = Omit<T, 'content'> & { base64: string };

/** Everything needed to compose a message, with attachments as base64. */
export interface MessageContent extends Omit<CheckedMessage, 'attachments' | 'alternatives' | 'icalEvent'> {
  attachments: Stored<Attachment>[];
  alternatives: Stored<Alternative>[];
  icalEvent?: Stored<Required<CalendarEvent>>;
}

/**
 * Reads the attachments of a message to their end. @throws MailError `INVALID_MESSAGE` if one cannot be read or the message is too
 * large
 */
export async function contentOf(message: CheckedMessage): Promise<MessageContent> {
  let left = MAX_CONTENT_BYTES;
  for (const field of ['text', 'html'] as const) {
    left -= Buffer.byteLength(message[field] ?? '');
    if (left < 0) throw tooLarge(field);
  }
  const read = async <T extends { content: Content }>({ content, ...part }: T, field: string): Promise<Stored<T>> => {
    const bytes = await readContent(content, left).catch((cause: unknown) => {
      throw cause instanceof TooLarge ? tooLarge(`${field}.content`) : unreadable(`${field}.content`, cause);
    });
    left -= bytes.length;
    return { ...part, base64: bytes.toString('base64') };
  };
  const attachments = [];
  for (const [index, attachment] of message.attachments.entries()) attachments.push(await read(attachment, `attachments[${index}]`));
  const alternatives = [];
  for (const [index, alternative] of message.alternatives.entries()) alternatives.push(await read(alternative, `alternatives[${index}]`));
  return { ...message, attachments, alternatives, icalEvent: message.icalEvent && (await read(message.icalEvent, 'icalEvent')) };
}

function tooLarge(field: string): MailError {
  const most = `${MAX_CONTENT_BYTES / 1e6} MB`;
  const problem = { code: 'too_large', message: `This makes the message larger than ${most}.` };
  return new MailError('INVALID_MESSAGE', `"${field}" makes the message larger than ${most}.`, {
    fields: { [field]: problem },
    remedy: 'Send smaller attachments or a link.',
  });
}

function unreadable(field: string, cause: unknown): MailError {
  const problem = { code: 'unreadable', message: 'This could not be read.' };
  return new MailError('INVALID_MESSAGE', `"${field}" could not be read.`, { fields: { [field]: problem }, remedy: '', cause });
}

/** Restores the checked message. */
export function messageOf({ attachments, alternatives, icalEvent, ...message }: MessageContent): CheckedMessage {
  const restore = <T>({ base64, ...part }: T & { base64: string }) => ({ ...part, content: Buffer.from(base64, 'base64') });
  return {
    ...message,
    attachments: attachments.map(restore),
    alternatives: alternatives.map(restore),
    icalEvent: icalEvent && restore(icalEvent),
  };
}

/** Returns the files of a message: its attachments, its calendar invitation, and the other forms of its text. */
export function filesOf({ attachments, icalEvent, alternatives }: MessageContent): Stored<Attachment>[] {
  const calendar = icalEvent && { ...icalEvent, contentType: `text/calendar; charset=utf-8; method=${icalEvent.method}` };
  return [...attachments, ...(calendar ? [calendar] : []), ...alternatives];
}

/** Splits the content into parts of at most 48 KB. JSON escapes what no database can store: NUL and half a surrogate pair. */
export function partsOf(content: MessageContent): string[] {
  const json = JSON.stringify(content);
  const parts: string[] = [];
  for (let start = 0; start < json.length;) {
    let end = Math.min(json.length, start + PART_BYTES);
    // A UTF-16 unit takes up to three bytes, and a surrogate pair must stay together.
    if (Buffer.byteLength(json.slice(start, end)) > PART_BYTES) end = start + PART_BYTES / 3;
    if (end < json.length && /[\uD800-\uDBFF]/.test(json[end - 1]!)) end -= 1;
    parts.push(json.slice(start, end));
    start = end;
  }
  return parts;
}

/** Joins and parses the parts of {@link partsOf}. @throws MailError `CONTENT` if they are damaged */
export function contentFrom(parts: readonly string[]): MessageContent {
  const value = parseJson(parts.join(''));
  if (isContent(value)) return value;
  throw diagnosedError('content_damaged');
}

function isContent(value: unknown): value is MessageContent {
  if (!isRecord(value) || !isText(value.subject) || !isText(value.activity) || !isRecord(value.headers)) return false;
  const { to, cc, bcc, text, html, from, replyTo, attachments, alternatives, icalEvent, envelopeFrom, dsn, headers } = value;
  return (
    [to, cc, bcc].every((list) => isListOf(list, isMailbox)) &&
    [text, html].every(isOptionalText) &&
    (from === undefined || (isRecord(from) && isOptionalText(from.name) && isOptionalText(from.address))) &&
    (replyTo === undefined || isListOf(replyTo, isMailbox)) &&
    isListOf(attachments, isAttachment) &&
    isListOf(alternatives, isAlternative) &&
    (icalEvent === undefined || (isRecord(icalEvent) && [icalEvent.method, icalEvent.filename, icalEvent.base64].every(isText))) &&
    isOptionalText(envelopeFrom) &&
    (dsn === undefined || (isRecord(dsn) && isOptionalText(dsn.id) && (dsn.notify === undefined || isListOf(dsn.notify, isText)))) &&
    Object.values(headers).every((values) => isListOf(values, isText))
  );
}

function isMailbox(value: unknown): value is CheckedMailbox {
  return isRecord(value) && isText(value.name) && isText(value.address);
}

function isAttachment(value: unknown): value is MessageContent['attachments'][number] {
  return isRecord(value) && isText(value.base64) && [value.filename, value.contentType, value.cid].every(isOptionalText);
}

function isAlternative(value: unknown): value is MessageContent['alternatives'][number] {
  return isRecord(value) && isText(value.base64) && isText(value.contentType);
}

/** Returns the hash for comparing messages with the same idempotency key. */
export function hashOf(content: MessageContent): string {
  return sha256(JSON.stringify(content));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
