import { Readable } from 'node:stream';
import { readLimited, TooLarge } from '../io/read-limited.js';
import type { Attachment } from './mail-message.js';

/**
 * The limit of a message's texts and attachments together: the most that Microsoft Graph accepts in one attachment
 * (learn.microsoft.com/graph/outlook-large-attachments), and more than mail servers accept.
 */
export const MAX_CONTENT_BYTES = 150_000_000;

/**
 * Reads an attachment to its end, but no more than `max` bytes. A stream can be read only once.
 * @throws TooLarge, or the error of the stream
 */
export async function readContent(content: Attachment['content'], max: number): Promise<Buffer> {
  if (content instanceof Readable) return readStream(content, max);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (bytes.length > max) throw new TooLarge(max);
  return bytes;
}

async function readStream(stream: Readable, max: number): Promise<Buffer> {
  // A stream that was already read would look empty.
  if (!stream.readable) throw new Error('The stream was already read or destroyed.');
  return readLimited(stream, max);
}
