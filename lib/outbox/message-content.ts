import { createHash } from 'node:crypto';
import { diagnosedError } from '../transport/failures/diagnoses.js';
import type { CheckedMailbox, CheckedMessage } from '../message/mail-message.js';
import { TooLarge } from '../io/read-limited.js';
import { MAX_CONTENT_BYTES, readContent } from '../message/read-content.js';
import { MailError } from '../shared/mail-error.js';
import { isListOf, isOptionalText, isRecord, isText, parseJson } from './stored-json.js';

/** The size of a part, which fits the smallest `text` column (MariaDB's 64 KB). */
const PART_BYTES = 48_000;

/** Everything needed to compose a message, with attachments as base64. */
export interface MessageContent extends Omit<CheckedMessage, 'attachments'> {
  attachments: { filename?: string; contentType?: string; cid?: string; base64: string }[];
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
  const attachments = [];
  for (const [index, { filename, contentType, cid, content }] of message.attachments.entries()) {
    const bytes = await readContent(content, left).catch((cause: unknown) => {
      const field = `attachments[${index}].content`;
      throw cause instanceof TooLarge ? tooLarge(field) : unreadable(field, cause);
    });
    left -= bytes.length;
    attachments.push({ filename, contentType, cid, base64: bytes.toString('base64') });
  }
  return { ...message, attachments };
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
export function messageOf({ attachments, ...message }: MessageContent): CheckedMessage {
  return {
    ...message,
    attachments: attachments.map(({ base64, ...attachment }) => ({ ...attachment, content: Buffer.from(base64, 'base64') })),
  };
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
  const { to, cc, bcc, text, html, from, replyTo, attachments, headers } = value;
  return (
    [to, cc, bcc].every((list) => isListOf(list, isMailbox)) &&
    [text, html].every(isOptionalText) &&
    (from === undefined || (isRecord(from) && isOptionalText(from.name) && isOptionalText(from.address))) &&
    (replyTo === undefined || isMailbox(replyTo)) &&
    isListOf(attachments, isAttachment) &&
    Object.values(headers).every(isText)
  );
}

function isMailbox(value: unknown): value is CheckedMailbox {
  return isRecord(value) && isText(value.name) && isText(value.address);
}

function isAttachment(value: unknown): value is MessageContent['attachments'][number] {
  return isRecord(value) && isText(value.base64) && [value.filename, value.contentType, value.cid].every(isOptionalText);
}

/** Returns the hash for comparing messages with the same idempotency key. */
export function hashOf(content: MessageContent): string {
  return sha256(JSON.stringify(content));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
