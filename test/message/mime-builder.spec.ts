import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkMessage } from '../../lib/message/check-message.js';
import { compose } from '../../lib/message/compose.js';
import { MimeBuilder } from '../../lib/message/mime-builder.js';
import { type TestProcess, startProcess } from '../support/processes/start-process.js';

interface Answer {
  hadThread: boolean;
  equal: number;
  hasThread: boolean;
}

describe('MimeBuilder', () => {
  let process: TestProcess;
  beforeAll(async () => {
    process = await startProcess(new URL('../support/mime-builder.process.ts', import.meta.url), {});
  });
  afterAll(async () => {
    process.kill('SIGTERM');
    await process.exited;
  });

  it('renders a few messages itself', async () => {
    expect(await process.ask<Answer>({ count: 3, closes: false })).toEqual({ hadThread: false, equal: 3, hasThread: false });
  });

  it('renders many messages that must be encoded in a thread, with the same bytes', async () => {
    expect(await process.ask<Answer>({ count: 200, closes: false })).toEqual({ hadThread: true, equal: 200, hasThread: true });
  });

  it('renders the messages of its thread when it is closed', async () => {
    expect(await process.ask<Answer>({ count: 200, closes: true })).toEqual({ hadThread: true, equal: 200, hasThread: false });
  });

  it('works without a thread if threads are forbidden', async () => {
    const restricted = await startProcess(new URL('../support/mime-builder.process.ts', import.meta.url), { forbidsThreads: true });
    try {
      expect(await restricted.ask<Answer>({ count: 200, closes: false })).toEqual({ hadThread: false, equal: 200, hasThread: false });
    } finally {
      restricted.kill('SIGTERM');
      await restricted.exited;
    }
  });

  it('works without a thread if it cannot be started', async () => {
    // The thread's file is not compiled in this process.
    const builder = new MimeBuilder();
    const sender = {
      fromName: null,
      fromAddress: 'a@b.c',
      username: null,
      replyTo: null,
      signature: null,
      cc: [],
      bcc: [],
      copyActivities: [],
    };
    const mail = compose(checkMessage({ to: 'a@b.c', subject: 's', text: 'öne' }, new Set(['general'])), sender, { isSensitive: false });
    const built = await Promise.all(Array.from({ length: 50 }, () => builder.build(mail, { keepBcc: false })));
    expect(new Set(built.map(String)).size).toBe(1);
    expect(built[0]!.toString()).toContain('=C3=B6ne');
    builder.close();
  });
});
