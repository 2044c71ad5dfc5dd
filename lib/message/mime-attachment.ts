import { detectMimeType } from 'nodemailer/lib/mime-funcs';
import type MailComposer from 'nodemailer/lib/mail-composer';
import { literalFilename } from './encoded-words.js';
import type { Attachment } from './mail-message.js';
import { isInMemory } from './read-content.js';

/** RFC 5322 §2.1.1. */
const MAX_LINE = 998;

type MimeAttachment = NonNullable<NonNullable<ConstructorParameters<typeof MailComposer>[0]>['attachments']>[number];

/** Returns an attachment as nodemailer takes it. */
export function mimeAttachment({ filename, content, contentType, cid }: Attachment): MimeAttachment {
  const common = {
    // nodemailer would invent a name for an empty one.
    filename: filename ? literalFilename(filename) : (false as const),
    content: content as Buffer | string,
    cid,
  };
  const type = contentType ?? (filename ? detectMimeType(filename) : '');
  if (!/^message\//i.test(type)) return { ...common, contentType };
  // An attached mail must not be encoded (RFC 2046 §5.2.1). Whether the server takes 8 bits is not known while it is rendered.
  const bytes = isInMemory(content) ? Buffer.from(content as Buffer) : undefined;
  if (!bytes || !isSevenBit(bytes)) return { ...common, contentType: 'application/octet-stream' };
  return { ...common, content: bytes, contentType: type, contentTransferEncoding: '7bit', contentDisposition: 'attachment' };
}

/** True for ASCII text with lines of at most 998 characters, which every server passes on unchanged. */
function isSevenBit(bytes: Buffer): boolean {
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === 0 || byte > 0x7f) return false;
    if (byte === 0x0a) length = 0;
    else if (byte !== 0x0d) length += 1;
    // SMTP allows no CR without LF.
    else if (bytes[at + 1] !== 0x0a) return false;
    if (length > MAX_LINE) return false;
  }
  return true;
}
