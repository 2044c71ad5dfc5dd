import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { checkMessage } from '../../lib/message/check-message.js';
import type { MailMessage } from '../../lib/message/mail-message.js';

const activities = new Set(['general', 'invoice']);
const valid: MailMessage = { to: 'a@b.c', subject: 'Hello', text: 'Hi' };

describe('checkMessage', () => {
  it('copies what it knows', () => {
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
      headers: { 'X-Id': '1' },
    });
  });

  it.each<[string, object, string]>([
    ['no recipient', { to: [] }, 'to'],
    ['a missing recipient', { to: undefined }, 'to'],
    ['a bad recipient in a list', { to: ['a@b.c', 'x'] }, 'to[1]'],
    ['a subject with a line break', { subject: 'a\r\nBcc: x@y.z' }, 'subject'],
    ['a subject that is no text', { subject: 5 }, 'subject'],
    ['no body', { text: undefined }, 'text'],
    ['a body that is a file', { html: { path: '/etc/passwd' } }, 'html'],
    ['raw MIME', { raw: 'x' }, 'message'],
    ['an envelope', { envelope: { to: 'x@y.z' } }, 'message'],
    ['a typo', { attachment: [] }, 'message'],
    ['a path', { attachments: [{ path: '/etc/passwd' }] }, 'attachments[0]'],
    ['a URL', { attachments: [{ filename: 'a', href: 'http://x' }] }, 'attachments[0]'],
    ['content that names a path', { attachments: [{ content: { path: '/etc/passwd' } }] }, 'attachments[0].content'],
    ['no content', { attachments: [{ filename: 'a' }] }, 'attachments[0].content'],
    ['a file name with a line break', { attachments: [{ filename: 'a\r\nb', content: '' }] }, 'attachments[0].filename'],
    ['a media type with a header', { attachments: [{ content: '', contentType: 'text/plain\r\nX: y' }] }, 'attachments[0].contentType'],
    ['a media type that is none', { attachments: [{ content: '', contentType: 'pdf' }] }, 'attachments[0].contentType'],
    ['a content id with a bracket', { attachments: [{ content: '', cid: '<a>' }] }, 'attachments[0].cid'],
    ['a header of ours', { headers: { 'Message-ID': '<a@b>' } }, 'headers.Message-ID'],
    ['another way to BCC', { headers: { bcc: 'x@y.z' } }, 'headers.bcc'],
    ['a header with a line break', { headers: { 'X-A': 'a\r\nBcc: x@y.z' } }, 'headers.X-A'],
    ['a header name with a colon', { headers: { 'X-A: b\r\nBcc': 'x' } }, 'headers'],
    ['a From name with a line break', { from: { name: 'A\r\nBcc: x@y.z' } }, 'from'],
    ['a From without anything', { from: {} }, 'from'],
    ['an activity nobody declared', { activity: 'spam' }, 'activity'],
    ['attachments that are no list', { attachments: {} }, 'attachments'],
  ])('refuses %s, naming the field', (_what, change, field) => {
    expect(() => checkMessage({ ...valid, ...change }, activities)).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE', fields: { [field]: expect.objectContaining({ message: expect.any(String) }) } }),
    );
  });

  it('takes streams of the caller', () => {
    const content = Readable.from(['x']);
    expect(checkMessage({ ...valid, attachments: [{ content }] }, activities).attachments[0]!.content).toBe(content);
  });

  it('refuses what is no message', () => {
    for (const nothing of [null, undefined, 'x']) expect(() => checkMessage(nothing as never, activities)).toThrow(/not an object/);
  });
});
