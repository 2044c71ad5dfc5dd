import { Blob } from 'node:buffer';
import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TooLarge } from '../../lib/io/read-limited.js';
import { readContent } from '../../lib/message/read-content.js';

const TEXT = '12345ü';
const bytes = new TextEncoder().encode(TEXT);
const webStream = (...chunks: unknown[]) =>
  new ReadableStream({ pull: (to) => (chunks.length > 0 ? to.enqueue(chunks.shift()) : to.close()) });

describe('readContent', () => {
  let folder: string;
  let file: FileHandle;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'content-'));
    await writeFile(join(folder, 'a.txt'), TEXT);
    file = await open(join(folder, 'a.txt'), 'r+');
  });
  afterEach(async () => {
    await file.close();
    await rm(folder, { recursive: true });
  });

  it.each<[string, () => Parameters<typeof readContent>[0]]>([
    ['bytes', () => Buffer.from(TEXT)],
    ['a string', () => TEXT],
    ['a stream', () => Readable.from([Buffer.from('123'), Buffer.from('45ü')])],
    ['a stream of strings', () => Readable.from(['123', '45ü'])],
    ['a part of a Uint8Array', () => new Uint8Array([0, ...bytes, 0]).subarray(1, -1)],
    ['an ArrayBuffer', () => new Uint8Array(bytes).buffer],
    ['a Blob', () => new Blob(['123', bytes.subarray(3)])],
    ['a web stream', () => webStream(bytes.subarray(0, 3), bytes.subarray(3))],
    ['a web stream of strings and of ArrayBuffers', () => webStream('123', new Uint8Array(bytes.subarray(3)).buffer)],
    ['an open file', () => file],
  ])('reads %s up to the limit, and rejects one byte more', async (_what, make) => {
    expect(String(await readContent(make(), 7))).toBe(TEXT);
    await expect(readContent(make(), 6)).rejects.toThrow(TooLarge);
  });

  it('reads a file from its start, several times, and leaves it open', async () => {
    await file.read(Buffer.alloc(4));
    for (const time of [1, 2]) expect([time, String(await readContent(file, 7))]).toEqual([time, TEXT]);
    await expect(readContent(file, 3)).rejects.toThrow(TooLarge);
    expect((await file.stat()).size).toBe(7);
  });

  it('rejects a stream that was read before', async () => {
    const stream = Readable.from(['x']);
    const web = webStream('x');
    for (const content of [stream, web]) {
      await readContent(content, 7);
      await expect(readContent(content, 7)).rejects.toThrow('already read');
    }
    const locked = webStream('x');
    locked.getReader();
    await expect(readContent(locked, 7)).rejects.toThrow('locked');
  });

  it('stops reading when it is told to', async () => {
    const late = new Error('too late');
    const stuck = new PassThrough();
    let cancelled: unknown;
    const web = new ReadableStream({ cancel: (reason) => void (cancelled = reason) });
    for (const content of [stuck, web]) {
      const stop = new AbortController();
      const read = readContent(content, 7, stop.signal);
      stop.abort(late);
      await expect(read).rejects.toBe(late);
    }
    expect([stuck.destroyed, cancelled]).toEqual([true, late]);
  });
});
