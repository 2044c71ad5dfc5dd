import { Blob } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { types } from 'node:util';
import { readLimited, TooLarge } from '../io/read-limited.js';
import type { Content } from './mail-message.js';

/**
 * The limit of a message's texts and attachments together: the most that Microsoft Graph accepts in one attachment
 * (learn.microsoft.com/graph/outlook-large-attachments), and more than mail servers accept.
 */
export const MAX_CONTENT_BYTES = 150_000_000;

/** Content that a message was given: bytes in memory, or something that has to be read. */
export type CheckedContent = Buffer | string | Readable | Blob | ReadableStream | FileHandle;

/** Returns content whose kind is accepted; undefined for anything else, such as a path. @throws the error of bytes that are gone */
export function checkedContent(content: unknown): CheckedContent | undefined {
  if (Buffer.isBuffer(content) || typeof content === 'string') return content;
  if (types.isUint8Array(content)) return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (types.isArrayBuffer(content)) return Buffer.from(content);
  if (content instanceof Readable) {
    // Without a listener, a stream that fails before it is read would end the process. Reading it reports the error.
    content.on('error', () => undefined);
    return content;
  }
  return content instanceof Blob || content instanceof ReadableStream || isFileHandle(content) ? content : undefined;
}

/** True for content that is in memory already, and can be rendered several times. */
export function isInMemory(content: Content): content is Buffer | string {
  return Buffer.isBuffer(content) || typeof content === 'string';
}

/**
 * Reads content to its end, but no more than `max` bytes. A stream can be read only once. A file is read from its start and
 * stays open.
 * @param signal stops reading
 * @throws TooLarge, or the error of the stream
 */
export async function readContent(content: Content, max: number, signal?: AbortSignal): Promise<Buffer> {
  const checked = checkedContent(content);
  if (checked === undefined) throw new TypeError('This content cannot be read.');
  if (isInMemory(checked)) {
    const bytes = typeof checked === 'string' ? Buffer.from(checked) : checked;
    if (bytes.length > max) throw new TooLarge(max);
    return bytes;
  }
  const stream = streamOf(checked);
  const stop = (): void => void stream.destroy(signal?.reason as Error);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    return await readLimited(stream, max);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function streamOf(content: Exclude<CheckedContent, Buffer | string>): Readable {
  if (content instanceof Blob) return Readable.fromWeb(Blob.prototype.stream.call(content));
  if (!(content instanceof Readable || content instanceof ReadableStream)) return content.createReadStream({ start: 0, autoClose: false });
  // A stream that was already read would look empty.
  const isUsable = content instanceof Readable ? content.readable : !Readable.isDisturbed(content as never);
  if (!isUsable) throw new Error('The stream was already read or destroyed.');
  // As objects, because a web stream may also contain an ArrayBuffer, which a stream of bytes does not take.
  return content instanceof Readable ? content : Readable.fromWeb(content, { objectMode: true });
}

/** Recognizes a file handle by its class, which Node does not export: an object of data has no inherited methods. */
function isFileHandle(content: unknown): content is FileHandle {
  if (typeof content !== 'object' || content === null || Object.hasOwn(content, 'createReadStream')) return false;
  const { fd, createReadStream } = content as Partial<FileHandle>;
  return typeof createReadStream === 'function' && typeof fd === 'number' && fd >= 0;
}
