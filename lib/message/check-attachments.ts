import { line } from './check-text.js';
import type { Attachment } from './mail-message.js';
import { ownFields, ownList, invalidMessage } from './own-fields.js';
import { checkedContent, type CheckedContent } from './read-content.js';

const MAX_ATTACHMENTS = 100;
/** The limit of file systems. */
const MAX_FILENAME = 255;
const KEYS = ['filename', 'content', 'contentType', 'cid'] as const;
/** Excludes `multipart/*`, whose parts need a boundary that a file's content does not have (RFC 2046 §5.1). */
const MEDIA_TYPE = /^(?!multipart\/)[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"\\]*"|[\w.+-]+))*$/i;

/** Checks the attachments of a message. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkAttachments(given: unknown): Attachment[] {
  return ownList(given, MAX_ATTACHMENTS, 'attachments').map((attachment, index) => checkAttachment(attachment, `attachments[${index}]`));
}

function checkAttachment(given: unknown, field: string): Attachment {
  const { filename, content, contentType, cid } = ownFields(given, KEYS, field);
  return {
    filename: filename === undefined ? undefined : line(filename, `${field}.filename`, MAX_FILENAME),
    content: checkContent(content, `${field}.content`),
    contentType: matching(contentType, MEDIA_TYPE, `${field}.contentType`, 'is not the media type of a file'),
    cid: matching(cid, /^[^\s<>]{1,255}$/, `${field}.cid`, 'is not a content id'),
  };
}

/** Checks content: text, bytes, or something that the application has opened. @throws MailError `INVALID_MESSAGE` naming the field */
function checkContent(given: unknown, field: string): CheckedContent {
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

function matching(value: unknown, pattern: RegExp, field: string, what: string): string | undefined {
  if (value === undefined) return undefined;
  const text = line(value, field);
  if (!pattern.test(text)) throw invalidMessage(field, what);
  return text;
}
