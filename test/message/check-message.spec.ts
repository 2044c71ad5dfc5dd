import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { checkDelivery, checkMessage } from '../../lib/message/check-message.js';
import type { MailError } from '../../lib/shared/mail-error.js';
import type { MailMessage } from '../../lib/message/mail-message.js';

const activities = new Set(['general', 'invoice']);
const valid: MailMessage = { to: 'a@b.c', subject: 'Hello', text: 'Hi' };

const addresses = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${index}@b.c`);
const headers = (count: number, value: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, value]));
const transferred = (): ArrayBuffer => {
  const bytes = new ArrayBuffer(8);
  structuredClone(bytes, { transfer: [bytes] });
  return bytes;
};
const errorOf = (work: () => unknown): MailError => {
  try {
    work();
  } catch (error) {
    return error as MailError;
  }
  throw new Error('It did not fail.');
};
const fail = (words: string): never => {
  throw new TypeError(words);
};

describe('checkMessage', () => {
  it('copies known fields', () => {
    const content = Buffer.from('x');
    expect(
      checkMessage(
        {
          ...valid,
          cc: ['d@e.f'],
          from: { name: 'Acme' },
          activity: 'invoice',
          attachments: [{ filename: 'a.pdf', content }],
          headers: { 'X-Id': '1' },
        },
        activities,
      ),
    ).toMatchObject({
      to: [{ name: '', address: 'a@b.c' }],
      cc: [{ name: '', address: 'd@e.f' }],
      bcc: [],
      from: { name: 'Acme' },
      activity: 'invoice',
      attachments: [{ filename: 'a.pdf', content }],
      headers: { 'X-Id': ['1'] },
    });
  });

  it('copies a calendar invitation, other forms of the text, lists of headers and several Reply-To addresses', () => {
    expect(
      checkMessage(
        {
          ...valid,
          to: undefined,
          bcc: 'hidden@b.c',
          replyTo: ['Ann <ann@b.c>', { address: 'bob@b.c' }],
          headers: { 'X-Tag': ['a', ' b '], 'X-None': [] },
          alternatives: [
            { contentType: 'text/markdown', content: '*Hi*' },
            { contentType: 'text/x; charset=iso-8859-1', content: Buffer.from([0xe4]) },
          ],
          icalEvent: { content: 'BEGIN:VCALENDAR' },
        },
        activities,
      ),
    ).toMatchObject({
      to: [],
      bcc: [{ address: 'hidden@b.c' }],
      replyTo: [
        { name: 'Ann', address: 'ann@b.c' },
        { name: '', address: 'bob@b.c' },
      ],
      headers: { 'X-Tag': ['a', 'b'], 'X-None': [] },
      alternatives: [{ contentType: 'text/markdown; charset=utf-8' }, { contentType: 'text/x; charset=iso-8859-1' }],
      icalEvent: { method: 'PUBLISH', filename: 'invite.ics', content: 'BEGIN:VCALENDAR' },
    });
    expect(checkMessage({ ...valid, replyTo: [] }, activities).replyTo).toBeUndefined();
  });

  it('copies the envelope sender and the notifications to request', () => {
    const dsn = { notify: ['failure', 'delay', 'delay'] as const, return: 'headers', id: ' order 17+1 ' } as const;
    expect(checkMessage({ ...valid, envelopeFrom: ' bounces+17@b.c ', dsn }, activities)).toMatchObject({
      envelopeFrom: 'bounces+17@b.c',
      dsn: { notify: ['failure', 'delay'], return: 'headers', id: 'order 17+1' },
    });
    expect(checkMessage({ ...valid, envelopeFrom: '', dsn: {} }, activities)).toMatchObject({ envelopeFrom: undefined, dsn: {} });
  });

  it('names every bad recipient', () => {
    const error = errorOf(() =>
      checkMessage({ ...valid, to: ['a@b.c', 'x', 'ann\u200B@b.c'], cc: 'y', bcc: ['d@e.f', 'g@h.i\r\nz'] }, activities),
    );
    expect(error).toMatchObject({
      code: 'INVALID_MESSAGE',
      fields: {
        'to[1]': { code: 'mailbox' },
        'to[2]': { code: 'invisible_character' },
        cc: { code: 'mailbox' },
        'bcc[1]': { code: 'control_characters' },
      },
    });
    for (const words of ['"to[1]": This is not exactly one email address: "x".', '"cc"', '"bcc[1]"'])
      expect(error.message).toContain(words);
    const many = errorOf(() => checkMessage({ ...valid, to: addresses(500).map((one) => one.replace('@', '')) }, activities));
    expect(Object.keys(many.fields!)).toHaveLength(500);
    expect(many.message).toContain('490 more fields are invalid.');
    expect(many.message.length).toBeLessThan(2_000);
  });

  it.each<[string, object, string]>([
    ['no recipient', { to: [] }, 'to'],
    ['a missing recipient', { to: undefined }, 'to'],
    ['no recipient in three lists', { to: [], cc: [], bcc: [] }, 'to'],
    ['null as a recipient, beside others', { to: null, bcc: 'a@b.c' }, 'to'],
    ['an empty text as a recipient, beside others', { to: '', bcc: 'a@b.c' }, 'to'],
    ['a bad Reply-To in a list', { replyTo: ['a@b.c', ''] }, 'replyTo[1]'],
    ['two addresses as one Reply-To', { replyTo: 'a@b.c, d@e.f' }, 'replyTo'],
    ['a line break in a list of headers', { headers: { 'X-A': ['a', 'b\r\nBcc: x@y.z'] } }, 'headers.X-A[1]'],
    ['a list in a list of headers', { headers: { 'X-A': [['a']] } }, 'headers.X-A[0]'],
    ['an envelope sender with a name', { envelopeFrom: 'Ann <a@b.c>' }, 'envelopeFrom'],
    ['an envelope sender with a command', { envelopeFrom: 'a@b.c>\r\nRCPT TO:<x@y.z' }, 'envelopeFrom'],
    ['an envelope sender that is an object', { envelopeFrom: { address: 'a@b.c' } }, 'envelopeFrom'],
    ['notifications that are a list', { dsn: ['success'] }, 'dsn'],
    ['an unknown field of notifications', { dsn: { orcpt: 'x' } }, 'dsn'],
    ['an unknown event', { dsn: { notify: ['SUCCESS'] } }, 'dsn.notify'],
    ['no event', { dsn: { notify: [] } }, 'dsn.notify'],
    ['an event beside never', { dsn: { notify: ['never', 'delay'] } }, 'dsn.notify'],
    ['an unknown part to return', { dsn: { return: 'HDRS' } }, 'dsn.return'],
    ['an id with a line break', { dsn: { id: 'a\r\nb' } }, 'dsn.id'],
    ['an id beyond ASCII', { dsn: { id: 'ü' } }, 'dsn.id'],
    ['an empty id', { dsn: { id: ' ' } }, 'dsn.id'],
    ['alternatives that are not a list', { alternatives: {} }, 'alternatives'],
    ['an alternative without a type', { alternatives: [{ content: 'x' }] }, 'alternatives[0].contentType'],
    ['a type with a header', { alternatives: [{ content: 'x', contentType: 'text/x\r\nX: y' }] }, 'alternatives[0].contentType'],
    ['a mail as an alternative', { alternatives: [{ content: 'x', contentType: 'message/rfc822' }] }, 'alternatives[0].contentType'],
    ['an alternative with a path', { alternatives: [{ path: '/etc/passwd', contentType: 'text/x' }] }, 'alternatives[0]'],
    ['an alternative without content', { alternatives: [{ contentType: 'text/x' }] }, 'alternatives[0].content'],
    ['a calendar that is a text', { icalEvent: 'BEGIN:VCALENDAR' }, 'icalEvent'],
    ['a calendar without content', { icalEvent: {} }, 'icalEvent.content'],
    ['a calendar with a URL', { icalEvent: { href: 'http://x' } }, 'icalEvent'],
    ['an unknown method', { icalEvent: { content: '', method: 'REQUEST; x=y' } }, 'icalEvent.method'],
    ['a calendar’s file name with a line break', { icalEvent: { content: '', filename: 'a\r\nb' } }, 'icalEvent.filename'],
    ['a bad recipient in a list', { to: ['a@b.c', 'x'] }, 'to[1]'],
    ['a subject with a line break', { subject: 'a\r\nBcc: x@y.z' }, 'subject'],
    ['a subject that is not a string', { subject: 5 }, 'subject'],
    ['no body', { text: undefined }, 'text'],
    ['a body that is a file', { html: { path: '/etc/passwd' } }, 'html'],
    ['raw MIME', { raw: 'x' }, 'message'],
    ['an envelope', { envelope: { to: 'x@y.z' } }, 'message'],
    ['a typo', { attachment: [] }, 'message'],
    ['a path', { attachments: [{ path: '/etc/passwd' }] }, 'attachments[0]'],
    ['a URL', { attachments: [{ filename: 'a', href: 'http://x' }] }, 'attachments[0]'],
    ['content that names a path', { attachments: [{ content: { path: '/etc/passwd' } }] }, 'attachments[0].content'],
    ['the name of a class', { attachments: [{ content: { constructor: { name: 'FileHandle' }, fd: 3 } }] }, 'attachments[0].content'],
    ['own functions of a file', { attachments: [{ content: { fd: 3, createReadStream: () => 'x' } }] }, 'attachments[0].content'],
    ['a path as a URL', { attachments: [{ content: new URL('file:///etc/passwd') }] }, 'attachments[0].content'],
    ['a list of bytes', { attachments: [{ content: '' }, { content: [1, 2] }] }, 'attachments[1].content'],
    ['numbers of 16 bits', { attachments: [{ content: new Uint16Array(2) }] }, 'attachments[0].content'],
    ['bytes that were transferred', { attachments: [{ content: transferred() }] }, 'attachments[0].content'],
    ['no content', { attachments: [{ filename: 'a' }] }, 'attachments[0].content'],
    ['a file name with a line break', { attachments: [{ filename: 'a\r\nb', content: '' }] }, 'attachments[0].filename'],
    ['a media type with a header', { attachments: [{ content: '', contentType: 'text/plain\r\nX: y' }] }, 'attachments[0].contentType'],
    ['an invalid media type', { attachments: [{ content: '', contentType: 'pdf' }] }, 'attachments[0].contentType'],
    [
      'a multipart media type',
      { attachments: [{ content: 'x', contentType: 'Multipart/mixed; boundary=x' }] },
      'attachments[0].contentType',
    ],
    ['a content id with a bracket', { attachments: [{ content: '', cid: '<a>' }] }, 'attachments[0].cid'],
    ['a header that the package sets', { headers: { 'Message-ID': '<a@b>' } }, 'headers.Message-ID'],
    ['another way to BCC', { headers: { bcc: 'x@y.z' } }, 'headers.bcc'],
    ['a header with a line break', { headers: { 'X-A': 'a\r\nBcc: x@y.z' } }, 'headers.X-A'],
    ['a header name with a colon', { headers: { 'X-A: b\r\nBcc': 'x' } }, 'headers'],
    ['a From name with a line break', { from: { name: 'A\r\nBcc: x@y.z' } }, 'from'],
    ['a From without anything', { from: {} }, 'from'],
    ['an undeclared activity', { activity: 'spam' }, 'activity'],
    ['a configuration without a name', { config: ' ' }, 'config'],
    ['a name that no configuration can have', { config: 'café' }, 'config'],
    ['two words for a configuration', { config: 'my relay' }, 'config'],
    ['a longer name than configurations have', { config: 'x'.repeat(51) }, 'config'],
    ['attachments that are not a list', { attachments: {} }, 'attachments'],
  ])('rejects %s at its field', (_what, change, field) => {
    expect(() => checkMessage({ ...valid, ...change }, activities)).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE', fields: { [field]: expect.objectContaining({ message: expect.any(String) }) } }),
    );
  });

  it.each<[string, object, string, string]>([
    ['too many recipients', { to: addresses(501) }, 'to', 'too_many'],
    ['too many in CC', { to: addresses(400), cc: addresses(101) }, 'cc', 'too_many'],
    ['one too many in BCC', { to: addresses(499), cc: 'c@d.e', bcc: 'f@g.h' }, 'bcc', 'too_many'],
    ['too many attachments', { attachments: Array.from({ length: 101 }, () => ({ content: '' })) }, 'attachments', 'too_many'],
    [
      'too many alternatives',
      { alternatives: Array.from({ length: 11 }, () => ({ contentType: 'text/x', content: '' })) },
      'alternatives',
      'too_many',
    ],
    ['too long an id once it is encoded', { dsn: { id: '+'.repeat(34) } }, 'dsn.id', 'too_long'],
    ['too many events', { dsn: { notify: Array(5).fill('delay') } }, 'dsn.notify', 'too_many'],
    ['too many Reply-To addresses', { replyTo: addresses(51) }, 'replyTo', 'too_many'],
    ['too many values of headers', { headers: { 'X-A': Array(60).fill('a'), 'X-B': Array(60).fill('b') } }, 'headers', 'too_many'],
    ['too many values of a header', { headers: { 'X-A': Array(101).fill('a') } }, 'headers.X-A', 'too_many'],
    ['too many headers', { headers: headers(101, 'x') }, 'headers', 'too_many'],
    ['a subject that is too long', { subject: 'x'.repeat(10_001) }, 'subject', 'too_long'],
    ['a file name that is too long', { attachments: [{ content: '', filename: 'x'.repeat(256) }] }, 'attachments[0].filename', 'too_long'],
    ['a header that cannot be folded', { headers: { 'X-A': `a ${'x'.repeat(901)}` } }, 'headers.X-A', 'too_long'],
    ['headers that are too long', { headers: headers(40, 'x'.repeat(900)) }, 'headers', 'too_long'],
    ['a list with a hole', { to: [...addresses(1), , 'a@b.c'] }, 'to[1]', 'mailbox'], // oxlint-disable-line no-sparse-arrays
    [
      'an endless list',
      { to: new Proxy([], { get: (list, key) => (key === 'length' ? 2 ** 40 : Reflect.get(list, key)) }) },
      'to',
      'too_many',
    ],
  ])('rejects %s', (_what, change, field, code) => {
    expect(() => checkMessage({ ...valid, ...change }, activities)).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE', fields: { [field]: expect.objectContaining({ code }) } }),
    );
  });

  it('accepts as many recipients as the application allows', () => {
    expect(checkMessage({ ...valid, to: addresses(499), bcc: ['c@d.e'] }, activities).to).toHaveLength(499);
    expect(() => checkMessage({ ...valid, cc: addresses(2) }, activities, 2)).toThrow(/more than 2 recipients.*"maxRecipients"/);
  });

  it('reads own properties only', () => {
    const inherited = { cc: 'evil@x.y', bcc: ['evil@x.y'], from: 'evil@x.y', headers: { 'X-Evil': '1' }, config: 'evil' };
    const message = Object.assign(Object.create(inherited) as MailMessage, valid, {
      to: Object.assign(Object.create({ name: 'Evil' }), { address: 'a@b.c' }),
    });
    expect(checkMessage(message, activities)).toMatchObject({
      to: [{ name: '', address: 'a@b.c' }],
      cc: [],
      bcc: [],
      headers: {},
      from: undefined,
      config: undefined,
    });
    expect(checkDelivery(Object.assign(Object.create({ priority: 'high', idempotencyKey: 'k' }), valid))).toMatchObject({ priority: 1 });
    expect(() => checkMessage(Object.create(valid) as MailMessage, activities)).toThrow(/"to"/);
  });

  it('ignores a polluted prototype', () => {
    const polluted = Object.prototype as Record<string, unknown>;
    Object.assign(polluted, { bcc: 'evil@x.y', cid: 'evil', name: 'Evil', idempotencyKey: 'evil' });
    try {
      const message = { ...valid, to: { address: 'a@b.c' }, attachments: [{ content: 'x' }] };
      expect(checkMessage(message, activities)).toMatchObject({ to: [{ name: '' }], bcc: [], attachments: [{ cid: undefined }] });
      expect(checkDelivery(message)).toMatchObject({ idempotencyKey: undefined });
    } finally {
      for (const key of ['bcc', 'cid', 'name', 'idempotencyKey']) delete polluted[key];
    }
  });

  it.each(['to', 'subject', 'attachments', 'headers', 'sendAt', 'priority'])('names %s if reading it fails', (field) => {
    const message = Object.defineProperty({ ...valid }, field, { enumerable: true, get: () => fail('no such thing') });
    expect(() => [checkMessage(message, activities), checkDelivery(message)]).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE', fields: { [field]: expect.objectContaining({ code: 'unreadable' }) } }),
    );
  });

  it('rejects objects that cannot be inspected', () => {
    const closed = new Proxy({ ...valid }, { ownKeys: () => fail('closed') });
    expect(() => checkMessage(closed, activities)).toThrow(expect.objectContaining({ code: 'INVALID_MESSAGE' }));
    const entry = new Proxy({}, { getOwnPropertyDescriptor: () => fail('closed') });
    for (const change of [{ to: entry }, { from: entry }, { attachments: [entry] }, { replyTo: entry }]) {
      expect(() => checkMessage({ ...valid, ...change } as MailMessage, activities)).toThrow(
        expect.objectContaining({ code: 'INVALID_MESSAGE' }),
      );
    }
  });

  it('reads each field once', () => {
    let times = 0;
    const message = Object.defineProperty({ ...valid }, 'to', { enumerable: true, get: () => (times++ === 0 ? 'a@b.c' : 'evil@x.y') });
    expect(checkMessage(message, activities).to).toEqual([{ name: '', address: 'a@b.c' }]);
    expect(times).toBe(1);
  });

  it('removes white space around values, and replaces tabs inside them', () => {
    const message: MailMessage = {
      ...valid,
      subject: '\r\n Your\tinvoice\n',
      config: ' main\n',
      headers: { 'X-Id': ' 1\r\n' },
      attachments: [{ filename: ' a.pdf\n', content: '', contentType: 'text/plain\r\n', cid: ' logo ' }],
    };
    expect(checkMessage(message, activities)).toMatchObject({
      subject: 'Your invoice',
      config: 'main',
      headers: { 'X-Id': ['1'] },
      attachments: [{ filename: 'a.pdf', contentType: 'text/plain', cid: 'logo' }],
    });
    expect(checkDelivery({ ...valid, idempotencyKey: 'a ' }).idempotencyKey).toBe('a ');
  });

  it('accepts values longer than a line, which are folded', () => {
    const words = 'word '.repeat(1_000).trim();
    expect(checkMessage({ ...valid, subject: words, headers: { 'X-A': words } }, activities)).toMatchObject({
      subject: words,
      headers: { 'X-A': [words] },
    });
  });

  it('takes an empty Reply-To for none', () => {
    for (const replyTo of ['', ' \n']) expect(checkMessage({ ...valid, replyTo }, activities).replyTo).toBeUndefined();
  });

  it('accepts streams', () => {
    const content = Readable.from(['x']);
    expect(checkMessage({ ...valid, attachments: [{ content }] }, activities).attachments[0]!.content).toBe(content);
  });

  it('accepts bytes without copying them, and what has to be read without reading it', () => {
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const web = new ReadableStream();
    const attachments = [bytes.subarray(1), bytes.buffer, new Blob(['x']), web].map((content) => ({ content }));
    const checked = checkMessage({ ...valid, attachments }, activities).attachments.map(({ content }) => content);
    bytes[1] = 9;
    expect(checked.slice(0, 2)).toEqual([Buffer.from([9, 3, 4]), Buffer.from([1, 9, 3, 4])]);
    expect(checked[3]).toBe(web);
    expect(web.locked).toBe(false);
  });

  it('rejects a file that is closed', async () => {
    const file = await open(fileURLToPath(import.meta.url));
    expect(checkMessage({ ...valid, attachments: [{ content: file }] }, activities).attachments[0]!.content).toBe(file);
    await file.close();
    expect(() => checkMessage({ ...valid, attachments: [{ content: file }] }, activities)).toThrow('"attachments[0].content" must be');
  });

  it('rejects values that are not objects', () => {
    for (const nothing of [null, undefined, 'x']) expect(() => checkMessage(nothing as never, activities)).toThrow(/not an object/);
  });
});
