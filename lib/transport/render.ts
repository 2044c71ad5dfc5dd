import { Readable } from 'node:stream';
import type { ComposedMail } from '../message/compose.js';
import type { Attachment } from '../message/mail-message.js';
import { buildMime } from '../message/mime.js';
import type { MimeBuilder } from '../message/mime-builder.js';
import { MailError } from '../smtp.errors.js';

/** What renders mail, all of it the same way. */
export type MimeRenderer = Pick<MimeBuilder, 'build'>;

/**
 * Renders the MIME of a message, unless that was begun; attachments that are streams have `limitMs`. What goes over SMTP is
 * kept for a second try, since a stream can be read only once.
 * @param renderer without it each mail is rendered by itself
 * @throws MailError `CONTENT`
 */
export async function render(
  mail: ComposedMail,
  options: { keepBcc: boolean; limitMs: number },
  renderer: MimeRenderer = { build: buildMime },
): Promise<Buffer> {
  return withinLimit(mail, options.limitMs, async () => {
    // What was begun is without its Bcc.
    if (options.keepBcc) return renderer.build(mail, options);
    return (mail.mime ??= renderer.build(mail, options));
  });
}

/** Reads the attachments of a message, for this try and for a second one. @throws MailError `CONTENT` */
export async function withReadAttachments(mail: ComposedMail, limitMs: number): Promise<ReadMail> {
  return withinLimit(mail, limitMs, async () => {
    const attachments: ReadAttachment[] = [];
    for (const attachment of mail.attachments) attachments.push({ ...attachment, content: await read(attachment.content) });
    mail.attachments = attachments;
    return { ...mail, attachments };
  });
}

/** An attachment whose bytes are at hand. */
export type ReadAttachment = Attachment & { content: Buffer };

export type ReadMail = Omit<ComposedMail, 'attachments'> & { attachments: ReadAttachment[] };

async function read(content: Buffer | string | Readable): Promise<Buffer> {
  if (!(content instanceof Readable)) return Buffer.from(content as string);
  // One that was read before would look like an empty one.
  if (!content.readable) throw new Error('The stream was already read or destroyed.');
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks);
}

async function withinLimit<T>(mail: ComposedMail, limitMs: number, work: () => Promise<T>): Promise<T> {
  const late = new Error('The attachments took too long.');
  const timer = setTimeout(() => {
    for (const { content } of mail.attachments) if (content instanceof Readable) content.destroy(late);
  }, limitMs);
  try {
    return await work();
  } catch (cause) {
    throw new MailError('CONTENT', 'The message could not be put together: one of its attachments could not be read.', {
      remedy: 'Check the attachments.',
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
