import { encode as encodeBase64, wrap as wrapBase64 } from 'nodemailer/lib/base64';
import MailComposer from 'nodemailer/lib/mail-composer';
import type MimeNode from 'nodemailer/lib/mime-node';
import { encode as encodeQuoted, wrap as wrapQuoted } from 'nodemailer/lib/qp';
import type { ComposedMail } from './compose.js';
import { encodeNamesLiterally, foldable, literal, UNDISCLOSED } from './encoded-words.js';
import type { Alternative, Attachment } from './mail-message.js';
import { mimeAttachment } from './mime-attachment.js';
import { needsEncoding } from './needs-encoding.js';

/** The headers of message IDs. */
const IDS = /^(references|in-reply-to)$/i;

/** Larger texts would block the event loop if they were encoded in one go; nodemailer encodes them in slices. */
const SMALL_BYTES = 64 * 1024;

/**
 * Renders the MIME of a message. `keepBcc` keeps the Bcc header, for transports without an envelope;
 * over SMTP it must be left out.
 */
export async function buildMime(mail: ComposedMail, options: { keepBcc: boolean }): Promise<Buffer> {
  if (isSmall(mail)) return Buffer.from(buildSmall(mail, options));
  return compile(mail, options).build();
}

/** Renders the MIME of a mail that {@link isSmall}. */
export function buildSmall(mail: ComposedMail, options: { keepBcc: boolean }): string {
  return renderAtOnce(compile(mail, options));
}

/** Builds the MIME tree of a message, not yet rendered. */
export function compile(mail: ComposedMail, { keepBcc } = { keepBcc: false }): MimeNode {
  const isUndisclosed = mail.to.length === 0 && mail.cc.length === 0 && !keepBcc;
  const node = new MailComposer({
    from: mail.from,
    to: isUndisclosed ? UNDISCLOSED : mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    replyTo: mail.replyTo,
    subject: foldable(mail.subject),
    text: mail.text,
    html: mail.html,
    attachments: [...mail.attachments, ...calendarFile(mail.icalEvent)].map(mimeAttachment),
    alternatives: [...calendarText(mail.icalEvent), ...mail.alternatives].map(({ contentType, content }) => ({
      contentType,
      content: content as Buffer | string,
    })),
    // An empty header is left out: nodemailer would turn an empty id into `<>`.
    headers: Object.entries(mail.headers).flatMap(([key, values]) => {
      const given = values.filter((value) => value.trim() !== '');
      // Only these may not be repeated (RFC 5322 §3.6).
      const lines = IDS.test(key) && given.length > 0 ? [given.join(' ')] : given;
      return lines.map((value) => ({ key, value: literal(value) }));
    }),
    messageId: mail.messageId,
    date: mail.date,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  encodeNamesLiterally(node);
  leavePlain(node);
  node.keepBcc = keepBcc;
  return node;
}

/** Leaves texts as they are where they need no encoding. nodemailer encodes every line over 76 characters, which takes most of its time. */
function leavePlain(node: MimeNode): void {
  const { content } = node;
  if (typeof content === 'string' && content.length <= SMALL_BYTES && !needsEncoding(content)) node.getTransferEncoding = () => '7bit';
  for (const child of node.childNodes) leavePlain(child);
}

/** The file of a calendar invitation. */
function calendarFile(event: ComposedMail['icalEvent']): Attachment[] {
  return event ? [{ filename: event.filename, content: event.content, contentType: 'application/ics' }] : [];
}

/** The form of the text of a calendar invitation. */
function calendarText(event: ComposedMail['icalEvent']): Alternative[] {
  return event ? [{ contentType: `text/calendar; charset=utf-8; method=${event.method}`, content: event.content }] : [];
}

/** True for a mail of nothing but texts that are short enough to be encoded in one go. */
export function isSmall({ text = '', html = '', attachments, alternatives, icalEvent }: ComposedMail): boolean {
  // In UTF-8, each UTF-16 unit takes at most three bytes.
  return attachments.length + alternatives.length === 0 && !icalEvent && Math.max(text.length, html.length) * 3 <= SMALL_BYTES;
}

/** True for a mail that is rendered faster than it is passed to a thread: its texts need no encoding. */
export function isPlain(mail: ComposedMail): boolean {
  return isSmall(mail) && !needsEncoding(mail.text ?? '') && !needsEncoding(mail.html ?? '');
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
