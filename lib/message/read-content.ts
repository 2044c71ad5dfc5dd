import { Readable } from 'node:stream';
import type { Attachment } from './mail-message.js';

/**
 * What texts and attachments of a message may have together: as much as Microsoft Graph takes in one attachment
 * (learn.microsoft.com/graph/outlook-large-attachments), and more than mail servers do.
 */
export const MAX_CONTENT_BYTES = 150_000_000;

/** An attachment has more bytes than there is room for. */
export class ContentTooLarge extends Error {
  override readonly name = 'ContentTooLarge';
}

/**
 * Reads an attachment to its end. A stream is read no further than `max`, and can be read only once.
 * @throws ContentTooLarge, or what the stream failed with
 */
export async function readContent(content: Attachment['content'], max: number): Promise<Buffer> {
  if (content instanceof Readable) return readStream(content, max);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (bytes.length > max) throw new ContentTooLarge();
  return bytes;
}

async function readStream(stream: Readable, max: number): Promise<Buffer> {
  // One that was read before would look like an empty one.
  if (!stream.readable) throw new Error('The stream was already read or destroyed.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk as Buffer);
    bytes += part.length;
    if (bytes > max) throw new ContentTooLarge();
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
