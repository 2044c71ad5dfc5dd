import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toDataBlock } from '../../lib/transport/smtp/data-block.js';
import { configureFuzzing } from '../support/fuzz.js';

const [CR, LF, DOT] = [0x0d, 0x0a, 0x2e];

const blockOf = (text: string): string => Buffer.concat(toDataBlock(Buffer.from(text, 'latin1'))).toString('latin1');

/** Ends every line in CRLF, one byte at a time. */
function normalize(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const lines: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === LF && bytes[at - 1] === CR) continue;
    if (byte === CR || byte === LF) lines.push(CR, LF);
    else lines.push(byte);
  }
  if (lines.at(-1) !== LF) lines.push(CR, LF);
  return Buffer.from(lines).toString('latin1');
}

/** Doubles dots at the start of lines, one byte at a time. */
function stuff(text: string): string {
  const bytes: number[] = [];
  for (const byte of Buffer.from(text, 'latin1')) {
    if (byte === DOT && (bytes.length === 0 || bytes.at(-1) === LF)) bytes.push(DOT);
    bytes.push(byte);
  }
  return Buffer.from(bytes).toString('latin1');
}

/** Reads the data as a server does (RFC 5321 §4.5.2). Returns the message and what follows its end. */
function receive(block: string): { message: string; rest: string } {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = block.indexOf('\r\n', at);
    if (end < 0) throw new Error('The data has no end.');
    const line = block.slice(at, end);
    at = end + 2;
    if (line === '.') return { message: lines.map((one) => `${one}\r\n`).join(''), rest: block.slice(at) };
    lines.push(line.startsWith('.') ? line.slice(1) : line);
  }
}

/** Short texts of the bytes that matter, and long ones with a few of them. */
const message = fc.oneof(
  fc.array(fc.constantFrom('\r', '\n', '.', 'a', '\r\n', '\r\n.', '\xe9'), { maxLength: 14 }).map((parts) => parts.join('')),
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.constantFrom('\r', '\n', '.', '\r\n', '\r\n.\r\n', '\n.\n', '\r.\r')), {
      maxLength: 8,
    })
    .map((parts) => parts.map(([length, end]) => `${'x'.repeat(length)}${end}`).join('')),
);

describe('toDataBlock', () => {
  it('equals an implementation that reads one byte at a time', () => {
    fc.assert(
      fc.property(message, (text) => {
        expect(blockOf(text)).toBe(`${stuff(normalize(text))}.\r\n`);
      }),
      configureFuzzing(3_000),
    );
  });

  it('equals it for a message of many short lines', () => {
    fc.assert(
      fc.property(message, message, (first, last) => {
        const text = `${first}${'.\r\n.\n'.repeat(1_000)}${last}`;
        expect(blockOf(text)).toBe(`${stuff(normalize(text))}.\r\n`);
      }),
      configureFuzzing(300),
    );
  });

  it('takes few pieces for a megabyte of dots: writing thousands of them would block the event loop', () => {
    const text = '.\r\n'.repeat(350_000);
    const pieces = toDataBlock(Buffer.from(text));
    expect(pieces.length).toBeLessThan(3_000);
    expect(Buffer.concat(pieces).toString()).toBe(`${'..\r\n'.repeat(350_000)}.\r\n`);
  });

  it('gives the server the message back, and nothing after it', () => {
    fc.assert(
      fc.property(message, (text) => {
        expect(receive(blockOf(text))).toEqual({ message: normalize(text), rest: '' });
      }),
      configureFuzzing(3_000),
    );
  });

  it.each([
    ['\n.\n'],
    ['\r.\r'],
    ['\r\n.\r'],
    ['\r\n.\n'],
    ['\n.\r\n'],
    ['\r.\r\n'],
    ['\r.\n'],
    ['\n.\r'],
    ['\r\n.\r\n'],
    ['\r\r\n.\r\r\n'],
    ['\n\n.\n\n'],
    ['.\r\n'],
    ['.\n'],
    ['.\r'],
    ['.'],
    ['\r\n\x00.\r\n'],
  ])('%j does not end the message early at a server that accepts any line end', (sequence) => {
    const evil = `${sequence}MAIL FROM:<evil@evil.example>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n`;
    for (const text of [`Subject: a\r\n\r\nHello${evil}`, evil, `${evil}${evil}`]) {
      const block = blockOf(text);
      // A dot on a line of its own, after and before any kind of line end.
      const [first] = [...block.matchAll(/(?<=^|[\r\n])\.(?=[\r\n])/g)];
      expect(first?.index).toBe(block.length - 3);
      expect(block).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
    }
  });

  it.each([
    ['', '\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\r', 'a\r\n.\r\n'],
    ['a\n', 'a\r\n.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['a\r\n\r\n', 'a\r\n\r\n.\r\n'],
    ['a\r\r', 'a\r\n\r\n.\r\n'],
    ['a\n\r', 'a\r\n\r\n.\r\n'],
    ['a\r\n.', 'a\r\n..\r\n.\r\n'],
    ['a.\r\nb.c', 'a.\r\nb.c\r\n.\r\n'],
  ])('sends %j as %j', (text, block) => {
    expect(blockOf(text)).toBe(block);
  });

  it('returns ordinary MIME without copying it', () => {
    const mime = Buffer.from('Subject: a\r\n\r\nHello\r\n');
    const [first, ...others] = toDataBlock(mime);
    expect(first?.buffer).toBe(mime.buffer);
    expect(Buffer.concat(others).toString()).toBe('.\r\n');
  });
});
