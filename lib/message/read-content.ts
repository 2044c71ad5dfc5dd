import { Readable } from 'node:stream';
import { readLimited, TooLarge } from '../io/read-limited.js';
import type { Attachment } from './mail-message.js';

/**
 * Limit of a message's texts and attachments together: as much as Microsoft Graph accepts in one attachment
 * (learn.microsoft.com/graph/outlook-large-attachments), and more than mail servers accept.
 */
export const MAX_CONTENT_BYTES = 150_000_000;

/**
 * Reads an attachment to its end. A stream is read no further than `max`, and can be read only once.
 * @throws TooLarge, or what the stream failed with
 */
export async function readContent(content: Attachment['content'], max: number): Promise<Buffer> {
  if (content instanceof Readable) return readStream(content, max);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (bytes.length > max) throw new TooLarge(max);
  return bytes;
}

async function readStream(stream: Readable, max: number): Promise<Buffer> {
  // A stream that was read before would look like an empty one.
  if (!stream.readable) throw new Error('The stream was already read or destroyed.');
  return readLimited(stream, max);
}
