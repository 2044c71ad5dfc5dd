import { encode as encodeBase64, wrap as wrapBase64 } from 'nodemailer/lib/base64';
import MailComposer from 'nodemailer/lib/mail-composer';
import type MimeNode from 'nodemailer/lib/mime-node';
import { encode as encodeQuoted, wrap as wrapQuoted } from 'nodemailer/lib/qp';
import type { ComposedMail } from './compose.js';
import { encodeNamesLiterally, foldable, literal } from './encoded-words.js';
import { mimeAttachment } from './mime-attachment.js';

/** Larger texts would block the event loop if they were encoded in one go; nodemailer encodes them in slices. */
const SMALL_BYTES = 64 * 1024;

/**
 * Renders the MIME of a message. `keepBcc` keeps the Bcc header, for transports without an envelope;
 * over SMTP it must be left out.
 */
export async function buildMime(mail: ComposedMail, options: { keepBcc: boolean }): Promise<Buffer> {
  if (isSmall(mail)) return Buffer.from(buildSmall(mail, options));
  const node = compile(mail);
  node.keepBcc = options.keepBcc;
  return node.build();
}

/** Renders the MIME of a mail that {@link isSmall}. */
export function buildSmall(mail: ComposedMail, options: { keepBcc: boolean }): string {
  const node = compile(mail);
  node.keepBcc = options.keepBcc;
  return renderAtOnce(node);
}

/** Builds the MIME tree of a message, not yet rendered. */
export function compile(mail: ComposedMail): MimeNode {
  const node = new MailComposer({
    from: mail.from,
    to: mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    replyTo: mail.replyTo,
    subject: foldable(mail.subject),
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments.map(mimeAttachment),
    // An empty header is left out: nodemailer would turn an empty id into `<>`.
    headers: Object.entries(mail.headers)
      .filter(([, value]) => value.trim() !== '')
      .map(([key, value]) => ({ key, value: literal(value) })),
    messageId: mail.messageId,
    date: mail.date,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  encodeNamesLiterally(node);
  return node;
}

/** True for a mail without attachments whose texts are short enough to be encoded in one go. */
export function isSmall({ text = '', html = '', attachments }: ComposedMail): boolean {
  // In UTF-8, each UTF-16 unit takes at most three bytes.
  return attachments.length === 0 && Math.max(text.length, html.length) * 3 <= SMALL_BYTES;
}

/**
 * Renders texts in memory as `node.build()` does, but without streams, whose turns of the event loop take most of the time for a
 * short mail (bench: `mime-at-once`).
 */
export function renderAtOnce(node: MimeNode): string {
  const mime = render(node);
  return mime.endsWith('\n') ? mime : `${mime}\r\n`;
}

function render(node: MimeNode): string {
  const head = `${node.buildHeaders()}\r\n\r\n${encodeContent(node)}`;
  if (!node.multipart) return head;
  const children = node.childNodes.map((child) => `--${node.boundary}\r\n${render(child)}`);
  return `${head}${children.join('\r\n')}\r\n--${node.boundary}--\r\n`;
}

function encodeContent(node: MimeNode): string {
  const { content } = node;
  if (content === undefined || content === '') return '';
  if (typeof content !== 'string') throw new TypeError('Only texts are rendered at once.');
  switch (node.getTransferEncoding()) {
    case 'quoted-printable':
      return wrapQuoted(encodeQuoted(content), 76);
    case 'base64':
      return wrapBase64(encodeBase64(content), 76);
    default:
      return content;
  }
}
