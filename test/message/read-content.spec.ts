import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { TooLarge } from '../../lib/io/read-limited.js';
import { readContent } from '../../lib/message/read-content.js';

describe('readContent', () => {
  it.each<[string, () => Parameters<typeof readContent>[0]]>([
    ['bytes', () => Buffer.from('12345ü')],
    ['a string', () => '12345ü'],
    ['a stream', () => Readable.from([Buffer.from('123'), Buffer.from('45ü')])],
    ['a stream of strings', () => Readable.from(['123', '45ü'])],
  ])('reads %s up to the limit, and rejects one byte more', async (_what, make) => {
    expect(String(await readContent(make(), 7))).toBe('12345ü');
    await expect(readContent(make(), 6)).rejects.toThrow(TooLarge);
  });
});
