import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { contentDisposition, safeFilename, sendFile } from '../../lib/admin/adminjs/download.js';
import type { PanelResponse } from '../../lib/admin/adminjs/report-writer.js';
import { MailError } from '../../lib/index.js';
import { createGate } from '../support/gate.js';

describe('The name of a downloaded file', () => {
  it.each([
    ['invoice 2026-118.pdf', 'invoice 2026-118.pdf'],
    ['Übersicht – März.pdf', 'Übersicht – März.pdf'],
    ['../../etc/passwd', 'etc passwd'],
    ['C:\\Windows\\system.ini', 'C Windows system.ini'],
    ['.htaccess', 'htaccess'],
    ['-rf.sh', 'rf.sh'],
    ['a\r\nSet-Cookie: x=1', 'a Set-Cookie x=1'],
    ['con.txt', '_con.txt'],
    ['LPT1', '_LPT1'],
    ['console.log', 'console.log'],
    ['name. . .', 'name'],
    // A character that reverses the text would show this as annexe.jpg.
    ['ann\u202egpj.exe', 'ann gpj.exe'],
    ['a\0b\ud800.txt', 'a b.txt'],
    ['///', 'file'],
    ['', 'file'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(80)}.pdf`],
    [`${'😀'.repeat(300)}.pdf`, `${'😀'.repeat(80)}.pdf`],
  ])('is safe: %j', (given, safe) => {
    expect(safeFilename(given, 'file')).toBe(safe);
  });

  it.each([
    ['Hello', 'Hello.eml'],
    ['Hello.EML', 'Hello.eml'],
    ['Run me.exe', 'Run me.exe.eml'],
    ['', 'message.eml'],
    ['..', 'message.eml'],
  ])('gets an extension: %j', (given, safe) => {
    expect(safeFilename(given, 'message', '.eml')).toBe(safe);
  });

  it('is part of a header that contains nothing else', () => {
    expect(contentDisposition(`a"b\\c%41 'ü'*.txt`)).toBe(
      `attachment; filename="a_b_c_41 '_'*.txt"; filename*=UTF-8''a%22b%5Cc%2541%20%27%C3%BC%27%2A.txt`,
    );
  });
});

describe('A file that is sent in pieces', () => {
  const PIECE = 'x'.repeat(1_000_000);

  /** Serves the content to one request, and returns the response before its body is read. */
  const serve = async (content: AsyncIterable<string>): Promise<{ response: IncomingMessage; sent: Promise<void>; close: () => void }> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const answered = once(get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false }), 'response');
    const [, answer] = await asked;
    const sent = sendFile(answer as PanelResponse, { filename: 'a.csv', contentType: 'text/csv' }, content);
    const [response] = (await answered) as [IncomingMessage];
    return { response, sent, close: () => server.close() };
  };

  it('is read no faster than the client receives it', async () => {
    let ahead = 0;
    let most = 0;
    const { response, sent, close } = await serve(
      (async function* () {
        for (let piece = 0; piece < 200; piece++) {
          ahead += PIECE.length;
          most = Math.max(most, ahead);
          yield PIECE;
        }
      })(),
    );
    let received = 0;
    for await (const bytes of response as AsyncIterable<Buffer>) {
      received += bytes.length;
      ahead -= bytes.length;
    }
    await sent;
    close();
    expect(received).toBe(200 * PIECE.length);
    // The buffers of the operating system hold some of it.
    expect(most).toBeLessThan(50 * PIECE.length);
  });

  it('is no longer read when the client disconnects', async () => {
    let isEnded = false;
    const { response, sent, close } = await serve(
      (async function* () {
        try {
          for (;;) yield PIECE;
        } finally {
          isEnded = true;
        }
      })(),
    );
    response.destroy();
    await sent;
    close();
    expect(isEnded).toBe(true);
  });

  it('never looks complete if reading it fails halfway', async () => {
    const begun = createGate();
    const { response, sent, close } = await serve(
      (async function* () {
        yield 'first';
        await begun.opened;
        throw new MailError('DATABASE', 'The database is gone.');
      })(),
    );
    const read = async (): Promise<string> => {
      let text = '';
      for await (const bytes of response as AsyncIterable<Buffer>) text += bytes.toString();
      return text;
    };
    begun.open();
    await expect(read()).rejects.toThrow('aborted');
    await sent;
    close();
  });
});
