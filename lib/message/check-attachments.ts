import { Readable } from 'node:stream';
import { line } from './check-text.js';
import type { Attachment } from './mail-message.js';
import { ownFields, ownList, invalidMessage } from './own-fields.js';

const MAX_ATTACHMENTS = 100;
const KEYS = ['filename', 'content', 'contentType', 'cid'] as const;
/** Excludes `multipart/*`, whose parts need a boundary that a file's content does not have (RFC 2046 §5.1). */
const MEDIA_TYPE = /^(?!multipart\/)[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"\\]*"|[\w.+-]+))*$/i;

/** Checks the attachments of a message. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkAttachments(given: unknown): Attachment[] {
  return ownList(given, MAX_ATTACHMENTS, 'attachments').map((attachment, index) => checkAttachment(attachment, `attachments[${index}]`));
}

function checkAttachment(given: unknown, field: string): Attachment {
  const { filename, content, contentType, cid } = ownFields(given, KEYS, field);
  if (!Buffer.isBuffer(content) && typeof content !== 'string' && !(content instanceof Readable)) {
    throw invalidMessage(`${field}.content`, 'must be a Buffer, a string or a readable stream; paths and URLs are not read');
  }
  // Without a listener, a stream that fails before it is read would end the process. Reading it reports the error.
  if (content instanceof Readable) content.on('error', () => undefined);
  return {
    filename: filename === undefined ? undefined : line(filename, `${field}.filename`),
    content,
    contentType: matching(contentType, MEDIA_TYPE, `${field}.contentType`, 'is not the media type of a file'),
    cid: matching(cid, /^[^\s<>]{1,255}$/, `${field}.cid`, 'is not a content id'),
  };
}

function matching(value: unknown, pattern: RegExp, field: string, what: string): string | undefined {
  if (value === undefined) return undefined;
  const text = line(value, field);
  if (!pattern.test(text)) throw invalidMessage(field, what);
  return text;
}
