import { buffer } from 'node:stream/consumers';

/** The error for content that exceeds a limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly code = 'TOO_LARGE';

  constructor(max: number) {
    super(`More than ${max} bytes.`);
  }
}

/** Reads a stream to its end, or destroys it after `max` bytes. @throws TooLarge, or the error of the stream */
export function readLimited(stream: AsyncIterable<unknown>, max: number): Promise<Buffer> {
  return buffer(limited(stream, max));
}

async function* limited(stream: AsyncIterable<unknown>, max: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Buffer);
    size += bytes.length;
    if (size > max) throw new TooLarge(max);
    yield bytes;
  }
}
