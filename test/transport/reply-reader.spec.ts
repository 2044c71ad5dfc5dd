import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSmtpReply, ReplyReader } from '../../lib/transport/smtp/reply-reader.js';
import { configureFuzzing } from '../support/fuzz.js';

/** Returns the replies in chunks of bytes. */
function read(...chunks: (string | Buffer)[]): string[] {
  const replies: string[] = [];
  const reader = new ReplyReader((reply) => replies.push(reply));
  for (const chunk of chunks) reader.read(Buffer.from(chunk as Buffer));
  return replies;
}

/** Splits bytes at positions. */
function splitAt(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const places = [0, ...positions.map((at) => at % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const SESSION =
  '220 mail ESMTP\r\n250-mail\r\n250-SIZE 1000\r\n250 PIPELINING\r\n250 2.1.0 für Jörg 日本\r\n550-5.1.1 no\r\n550 5.1.1 user\r\n';
const REPLIES = ['220 mail ESMTP', '250-mail\n250-SIZE 1000\n250 PIPELINING', '250 2.1.0 für Jörg 日本', '550-5.1.1 no\n550 5.1.1 user'];

describe('ReplyReader', () => {
  it('returns the same replies wherever TCP splits them', () => {
    const bytes = Buffer.from(SESSION);
    for (let at = 0; at <= bytes.length; at += 1) expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(REPLIES);
    expect(read(...Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(REPLIES);
    expect(read(bytes)).toEqual(REPLIES);
  });

  it('returns the same replies for random splits, line ends and empty lines', () => {
    const line = fc.stringMatching(/^[ -~]{0,20}$/);
    const reply = fc.tuple(fc.integer({ min: 200, max: 599 }), fc.array(line, { minLength: 1, maxLength: 4 }));
    const ends = fc.array(fc.constantFrom('\r\n', '\n', '\r\n\r\n', '\n\n', '\n \t\r\n'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 5 }), ends, fc.array(fc.nat(), { maxLength: 8 }), (replies, lineEnds, positions) => {
        const expected = replies.map(([code, lines]) =>
          lines.map((text, index) => `${code}${index < lines.length - 1 ? '-' : ' '}${text}`).join('\n'),
        );
        const bytes = Buffer.from(
          expected
            .join('\n')
            .split('\n')
            .map((text, index) => (text ? `${text}${lineEnds[index % lineEnds.length]}` : ''))
            .join(''),
        );
        expect(read(...splitAt(bytes, positions))).toEqual(expected);
      }),
      configureFuzzing(1_000),
    );
  });

  it('reads lines that end in LF, and empty lines between replies', () => {
    expect(read('250-a\n250 b\n\n\r\n \t\r\n354 go\n')).toEqual(['250-a\n250 b', '354 go']);
  });

  it('reports nothing before the end of the line', () => {
    expect(read('250 o', 'k', '\r')).toEqual([]);
    expect(read('250-a\r\n', '250 b')).toEqual([]);
  });

  it('reads Latin-1, and UTF-8 that is cut inside a character', () => {
    expect(read(Buffer.from('550 f\xfcr J\xf6rg\r\n', 'latin1'))).toEqual(['550 für Jörg']);
    const bytes = Buffer.from('550 日本 🎉 ü\r\n');
    for (let at = 0; at <= bytes.length; at += 1) expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(['550 日本 🎉 ü']);
    // Each line has its own encoding.
    expect(read(Buffer.concat([Buffer.from('550-ü\r\n'), Buffer.from('550 \xfc\r\n', 'latin1')]))).toEqual(['550-ü\n550 ü']);
  });

  it('shortens a long line, but not inside a character', () => {
    for (const character of ['a', 'ü', '日', '🎉']) {
      for (const start of ['550 ', '550 .', '550 ..', '550 ...']) {
        const text = `${start}${character.repeat(5_000)}`;
        const [whole] = read(`${text}\r\n`);
        const [bytewise] = read(...Array.from(Buffer.from(`${text}\r\n`), (byte) => Buffer.of(byte)));
        for (const reply of [whole!, bytewise!]) {
          expect(text.startsWith(reply)).toBe(true);
          expect(Buffer.byteLength(reply)).toBeGreaterThan(4_000);
          expect(Buffer.byteLength(reply)).toBeLessThanOrEqual(4_096);
        }
      }
    }
  });

  it('reads the reply after a long line, and after a reply of many lines', () => {
    expect(read(`550 ${'x'.repeat(10_000)}`, `${'x'.repeat(10_000)}\r\n250 ok\r\n`)[1]).toBe('250 ok');
    const [long, next] = read(`${'250-x\r\n'.repeat(5_000)}250 end\r\n250 ok\r\n`);
    expect(long!.split('\n').length).toBeLessThanOrEqual(100);
    expect(next).toBe('250 ok');
  });

  it('keeps the beginning of a line that does not end', () => {
    const reader = new ReplyReader(() => undefined);
    reader.read(Buffer.from('250 ok\r\n421 f'));
    reader.read(Buffer.from('ür'));
    expect(reader.remainder).toBe('421 für');
    reader.clear();
    expect(reader.remainder).toBe('');
  });

  it('forgets a reply that has begun', () => {
    const replies: string[] = [];
    const reader = new ReplyReader((reply) => replies.push(reply));
    reader.read(Buffer.from('250-a\r\n250 b'));
    reader.clear();
    reader.read(Buffer.from('220 c\r\n'));
    expect(replies).toEqual(['220 c']);
  });

  it('reads a megabyte without line ends, and of line ends, in linear time', () => {
    for (const bytes of [Buffer.alloc(1_000_000, 'x'), Buffer.alloc(1_000_000, '\n'), Buffer.alloc(1_000_000, '\t')]) {
      expect(read(...Array.from({ length: 1_000 }, (_, index) => bytes.subarray(index * 1_000, (index + 1) * 1_000)))).toEqual([]);
    }
  });
});

describe('isSmtpReply', () => {
  it.each(['250 ok', '250', '250-a\n250 b', '250-a\r\n250 b', '550-\n550 '])('accepts %j', (words) => {
    expect(isSmtpReply(words)).toBe(true);
  });

  it.each(['', '25', '2500 ok', '250ok', '150 ok', '600 no', '250-a\n550 b', '250-a\nb', 'HTTP/1.1 200 OK'])('rejects %j', (words) => {
    expect(isSmtpReply(words)).toBe(false);
  });
});
