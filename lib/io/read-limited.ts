import { buffer } from 'node:stream/consumers';

/** Something has more bytes than there is room for. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly code = 'TOO_LARGE';

  constructor(max: number) {
    super(`More than ${max} bytes.`);
  }
}

/** Reads a stream to its end, but no more than `max` bytes of it: then it is destroyed. @throws TooLarge, or what the stream failed with */
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
