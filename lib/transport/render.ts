import { Readable } from 'node:stream';
import type { ComposedMail } from '../message/compose.js';
import type { Attachment } from '../message/mail-message.js';
import { buildMime } from '../message/mime.js';
import type { MimeBuilder } from '../message/mime-builder.js';
import { ContentTooLarge, MAX_CONTENT_BYTES, readContent } from '../message/read-content.js';
import { MailError } from '../shared/mail-error.js';

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
    if (!mail.mime && mail.attachments.some(({ content }) => content instanceof Readable)) await readAttachments(mail);
    // What was begun is without its Bcc.
    if (options.keepBcc) return renderer.build(mail, options);
    return (mail.mime ??= renderer.build(mail, options));
  });
}

/** Reads the attachments of a message, for this try and for a second one. @throws MailError `CONTENT` */
export async function withReadAttachments(mail: ComposedMail, limitMs: number): Promise<ReadMail> {
  return withinLimit(mail, limitMs, async () => ({ ...mail, attachments: await readAttachments(mail) }));
}

/** An attachment whose bytes are at hand. */
export type ReadAttachment = Attachment & { content: Buffer };

export type ReadMail = Omit<ComposedMail, 'attachments'> & { attachments: ReadAttachment[] };

async function readAttachments(mail: ComposedMail): Promise<ReadAttachment[]> {
  let left = MAX_CONTENT_BYTES;
  const attachments: ReadAttachment[] = [];
  for (const attachment of mail.attachments) {
    const content = await readContent(attachment.content, left);
    left -= content.length;
    attachments.push({ ...attachment, content });
  }
  return (mail.attachments = attachments);
}

async function withinLimit<T>(mail: ComposedMail, limitMs: number, work: () => Promise<T>): Promise<T> {
  const late = new Error('The attachments took too long.');
  const timer = setTimeout(() => {
    for (const { content } of mail.attachments) if (content instanceof Readable) content.destroy(late);
  }, limitMs);
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ContentTooLarge) {
      const summary = `The attachments have more than ${MAX_CONTENT_BYTES / 1e6} MB.`;
      throw new MailError('CONTENT', summary, { remedy: 'Send less, or a link to it.', cause });
    }
    throw new MailError('CONTENT', 'The message could not be put together: one of its attachments could not be read.', {
      remedy: 'Check the attachments.',
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
