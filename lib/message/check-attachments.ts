import { line } from './check-text.js';
import { type Alternative, type Attachment, CALENDAR_METHODS, type CalendarEvent } from './mail-message.js';
import { ownFields, ownList, invalidMessage } from './own-fields.js';
import { checkedContent, type CheckedContent } from './read-content.js';

const MAX_ATTACHMENTS = 100;
const MAX_ALTERNATIVES = 10;
/** The limit of file systems. */
const MAX_FILENAME = 255;
/** Excludes `multipart/*`, whose parts need a boundary that a file's content does not have (RFC 2046 §5.1). */
const MEDIA_TYPE = /^(?!multipart\/)[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"\\]*"|[\w.+-]+))*$/i;

/** Checks the attachments of a message. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkAttachments(given: unknown): Attachment[] {
  return ownList(given, MAX_ATTACHMENTS, 'attachments').map((attachment, index) => {
    const field = `attachments[${index}]`;
    const { filename, content, contentType, cid } = ownFields(attachment, ['filename', 'content', 'contentType', 'cid'], field);
    return {
      filename: filename === undefined ? undefined : checkFilename(filename, field),
      content: checkContent(content, field),
      contentType: contentType === undefined ? undefined : checkType(contentType, field),
      cid: cid === undefined ? undefined : matching(cid, /^[^\s<>]{1,255}$/, `${field}.cid`, 'is not a content id'),
    };
  });
}

/** Checks the other forms of the text. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkAlternatives(given: unknown): Alternative[] {
  return ownList(given, MAX_ALTERNATIVES, 'alternatives').map((alternative, index) => {
    const field = `alternatives[${index}]`;
    const { contentType: type, content } = ownFields(alternative, ['contentType', 'content'], field);
    const contentType = checkType(type, field);
    if (/^message\//i.test(contentType)) throw invalidMessage(`${field}.contentType`, 'is a mail; attach it instead');
    const isUnnamed = typeof content === 'string' && /^text\//i.test(contentType) && !/;\s*charset=/i.test(contentType);
    return { contentType: isUnnamed ? `${contentType}; charset=utf-8` : contentType, content: checkContent(content, field) };
  });
}

/** Checks the calendar invitation of a message. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkCalendar(given: unknown): Required<CalendarEvent> {
  const field = 'icalEvent';
  const { method = 'PUBLISH', filename = 'invite.ics', content } = ownFields(given, ['method', 'filename', 'content'], field);
  const known = CALENDAR_METHODS.find((one) => one === method);
  if (!known) throw invalidMessage(`${field}.method`, `must be one of ${CALENDAR_METHODS.join(', ')}`);
  return { method: known, filename: checkFilename(filename, field), content: checkContent(content, field) };
}

const checkFilename = (given: unknown, field: string): string => line(given, `${field}.filename`, MAX_FILENAME);
const checkType = (given: unknown, field: string): string =>
  matching(given, MEDIA_TYPE, `${field}.contentType`, 'is not the media type of a file');

/** Checks content: text, bytes, or something that the application has opened. @throws MailError `INVALID_MESSAGE` naming the field */
function checkContent(given: unknown, holder: string): CheckedContent {
  const field = `${holder}.content`;
  let content;
  try {
    content = checkedContent(given);
  } catch (cause) {
    throw invalidMessage(field, 'could not be read', { code: 'unreadable', cause });
  }
  if (content !== undefined) return content;
  const kinds = 'a string, a Buffer, a Uint8Array, an ArrayBuffer, a Blob, a readable stream or an open file handle';
  throw invalidMessage(field, `must be ${kinds}; paths and URLs are not read`);
}

function matching(value: unknown, pattern: RegExp, field: string, what: string): string {
  const text = line(value, field);
  if (!pattern.test(text)) throw invalidMessage(field, what);
  return text;
}
