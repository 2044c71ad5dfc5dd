import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { checkMessage } from '../../lib/message/check-message.js';
import { contentFrom, contentOf, hashOf, messageOf, partsOf } from '../../lib/outbox/message-content.js';
import { previewOf } from '../../lib/outbox/message-preview.js';
import { uuid7, uuid7Before } from '../../lib/database/uuid7.js';
import { backoffMs, retry } from '../../lib/options/retry.js';

const checkMail = (change: object) => checkMessage({ to: 'a@b.c', subject: 's', text: 't', ...change }, new Set(['general']));

describe('The content of a message', () => {
  it.each([
    ['plain', 'x'.repeat(200_000)],
    ['multi-byte', 'ä€'.repeat(60_000)],
    ['surrogate pairs', '😀'.repeat(60_000)],
    ['surrogate pairs across the border of a part', `x${'😀'.repeat(60_000)}`],
    ['characters that databases refuse', 'a\0b\ud800c'],
  ])('is restored from parts of at most 48 KB: %s', async (_what, text) => {
    const content = await contentOf(checkMail({ text }));
    const parts = partsOf(content);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(48_000);
    for (const part of parts) expect(part).not.toMatch(/[\0\p{Cs}]/u);
    expect(messageOf(contentFrom(parts)).text).toBe(text);
  });

  it('keeps attachments of every kind', async () => {
    const bytes = Buffer.from([0, 255, 128]);
    const attachments = [{ filename: 'a', content: bytes }, { content: 'ü' }, { content: Readable.from([bytes, bytes]), cid: 'c' }];
    const message = messageOf(contentFrom(partsOf(await contentOf(checkMail({ attachments })))));
    expect(message.attachments).toEqual([
      { filename: 'a', content: bytes },
      { content: Buffer.from('ü') },
      { content: Buffer.concat([bytes, bytes]), cid: 'c' },
    ]);
  });

  it('names the attachment that cannot be read', async () => {
    const content = new Readable({
      read() {
        this.destroy(new Error('gone'));
      },
    });
    await expect(contentOf(checkMail({ attachments: [{ content }] }))).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
      fields: { 'attachments[0].content': { code: 'unreadable' } },
    });
  });

  it('stops reading at the size limit and names the part that exceeds it', async () => {
    const megabyte = Buffer.alloc(1_000_000);
    let read = 0;
    const endless = new Readable({ read: () => void (++read && endless.push(megabyte)) });
    const buildRejection = (field: string): object => ({ code: 'INVALID_MESSAGE', fields: { [field]: { code: 'too_large' } } });
    const attachments = [{ content: 'small' }, { content: endless }];
    await expect(contentOf(checkMail({ attachments }))).rejects.toMatchObject(buildRejection('attachments[1].content'));
    expect(endless.destroyed).toBe(true);
    expect(read).toBeLessThan(160);
    const html = 'x'.repeat(150_000_001);
    await expect(contentOf({ ...checkMail({}), html })).rejects.toMatchObject(buildRejection('html'));
  });

  it('does not take a stream that was read before for an empty attachment', async () => {
    const content = Readable.from(['x']);
    await contentOf(checkMail({ attachments: [{ content }] }));
    await expect(contentOf(checkMail({ attachments: [{ content }] }))).rejects.toMatchObject({
      fields: { 'attachments[0].content': { code: 'unreadable' } },
    });
  });

  it('has the same hash only for the same message', async () => {
    const hashMail = async (change: object) => hashOf(await contentOf(checkMail(change)));
    expect(await hashMail({})).toBe(await hashMail({}));
    for (const change of [{ text: 'u' }, { subject: 'u' }, { to: 'x@y.z' }, { attachments: [{ content: 'x' }] }]) {
      expect(await hashMail(change)).not.toBe(await hashMail({}));
    }
  });
});

describe('The preview of a message', () => {
  it('stays small for a short message that shows one image ten thousand times', async () => {
    const attachments = [{ cid: 'a', contentType: 'image/png', content: Buffer.alloc(30_000) }];
    const { html } = previewOf(await contentOf(checkMail({ html: '<img src="cid:a">'.repeat(10_000), attachments })));
    expect(html!.startsWith('<img src="data:image/png;base64,AAAA')).toBe(true);
    expect(html!.endsWith('<img src="cid:a">')).toBe(true);
    expect(html!.length).toBeLessThan(41_000_000);
  });
});

describe('uuid7', () => {
  it('sorts by creation time, even within a millisecond and after the clock is set back', () => {
    const ids = [...Array.from({ length: 10_000 }, () => uuid7(1_800_000_000_000)), uuid7(1_700_000_000_000), uuid7(1_800_000_000_010)];
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('has a lower bound for each time', () => {
    expect(uuid7Before(1_900_000_000_000) < uuid7(1_900_000_000_000)).toBe(true);
    expect(uuid7Before(1_900_000_000_001) > uuid7(1_900_000_000_000)).toBe(true);
  });
});

describe('backoffMs', () => {
  it('waits 5, 10, 20, 40 and then 67 minutes, plus or minus a fifth', () => {
    const toMinutes = (refusals: number, random: number): number => backoffMs(refusals, retry({}, 'delivery.retry'), () => random) / 60_000;
    expect([1, 2, 3, 4, 5, 6, 99].map((refusals) => toMinutes(refusals, 0.5))).toEqual([5, 10, 20, 40, 67, 67, 67]);
    expect([toMinutes(1, 0), toMinutes(1, 1)]).toEqual([4, 6]);
  });
});
