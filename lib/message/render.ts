import { composeError } from './diagnoses.js';
import { TooLarge } from '../io/read-limited.js';
import type { MailError } from '../shared/mail-error.js';
import type { ComposedMail } from './compose.js';
import type { Attachment, Content } from './mail-message.js';
import { buildMime } from './mime.js';
import type { MimeBuilder } from './mime-builder.js';
import { isInMemory, MAX_CONTENT_BYTES, readContent } from './read-content.js';

/** Renders mail. */
export type MimeRenderer = Pick<MimeBuilder, 'build'>;

/** Limits the time for attachments that have to be read. */
interface ReadLimits {
  limitMs: number;
  /** Stops reading. */
  signal?: AbortSignal;
}

/**
 * Renders the MIME of a message, unless rendering has already started. The result for SMTP is kept for a second attempt, because a
 * stream can be read only once.
 * @param renderer renders the mail; by default in this thread
 * @throws MailError `CONTENT`
 */
export async function render(
  mail: ComposedMail,
  options: { keepBcc: boolean } & ReadLimits,
  renderer: MimeRenderer = { build: buildMime },
): Promise<Buffer> {
  if (!mail.mime && !isRead(mail)) await readContents(mail, options);
  try {
    // MIME whose rendering has already started does not contain the Bcc header.
    if (options.keepBcc) return await renderer.build(mail, options);
    return await (mail.mime ??= renderer.build(mail, options));
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** Reads the attachments of a message, for this attempt and for a second one. @throws MailError `CONTENT` */
export async function withReadAttachments(mail: ComposedMail, limitMs: number): Promise<ReadMail> {
  return { ...(await readContents(mail, { limitMs })) };
}

/** An attachment that was read. */
export type ReadAttachment = Attachment & { content: Buffer };

/** A mail whose attachments were read. */
export type ReadMail = Omit<ComposedMail, 'attachments'> & { attachments: ReadAttachment[] };

/** True if everything is in memory. */
function isRead({ attachments, alternatives, icalEvent }: ComposedMail): boolean {
  return [...attachments, ...alternatives, ...(icalEvent ? [icalEvent] : [])].every(({ content }) => isInMemory(content));
}

/** Reads every part of a message in place of its stream. */
async function readContents(mail: ComposedMail, { limitMs, signal }: ReadLimits): Promise<ReadMail> {
  const end = new AbortController();
  const stop = (): void => end.abort(signal?.reason);
  const timer = setTimeout(() => end.abort(new Error('The attachments took too long.')), limitMs);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  let left = MAX_CONTENT_BYTES;
  const read = async <T extends { content: Content }>(part: T): Promise<T & { content: Buffer }> => {
    const content = await readContent(part.content, left, end.signal);
    left -= content.length;
    return { ...part, content };
  };
  try {
    const attachments: ReadAttachment[] = [];
    for (const attachment of mail.attachments) attachments.push(await read(attachment));
    const alternatives = [];
    for (const alternative of mail.alternatives) alternatives.push(await read(alternative));
    mail.icalEvent &&= await read(mail.icalEvent);
    return Object.assign(mail, { attachments, alternatives });
  } catch (cause) {
    throw unreadable(cause);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function unreadable(cause: unknown): MailError {
  if (!(cause instanceof TooLarge)) return composeError('attachment_unreadable', {}, { cause });
  return composeError('attachments_too_large', { megabytes: MAX_CONTENT_BYTES / 1e6 }, { cause });
}
