import { describe, expect, it } from '@jest/globals';
import PostalMime, { decodeWords } from 'postal-mime';
import { checkMessage } from '../../lib/message/check-message.js';
import { compose } from '../../lib/message/compose.js';
import type { Attachment, MailMessage } from '../../lib/message/mail-message.js';
import { buildSmall, compile, renderAtOnce } from '../../lib/message/mime.js';

const sender = {
  fromName: 'Müller & Söhne',
  fromAddress: 'no-reply@acme.io',
  username: null,
  replyTo: null,
  signature: 'Acme\nBerlin',
  cc: [],
  bcc: ['archive@acme.io'],
  copyActivities: ['general'],
};

const buildNode = (message: Partial<MailMessage>, keepBcc = false) =>
  compile(
    compose(checkMessage({ to: 'Ünal <a@b.c>', subject: 's', text: 't', ...message }, new Set(['general'])), sender, {
      isSensitive: false,
    }),
    { keepBcc },
  );

const texts: Record<string, string> = {
  'one short line': 'Hello',
  'an empty text': '',
  'lines of every ending': 'a\nb\r\nc\rd\n\n\r\n',
  'long lines': 'It was the best of times, '.repeat(200),
  'a word longer than a line': 'x'.repeat(500),
  'text that quoted-printable has to encode': 'a = b\t\nends in a space \nends in a tab\t\n.\n..\nFrom me\n=3D',
  'umlauts here and there': 'Grüße aus Köln, mit freundlichen Grüßen. '.repeat(40),
  'a text of another script': 'こんにちは世界。'.repeat(100),
  'emoji outside of the basic plane': `${'🚀🚀🚀 '.repeat(90)}\n👩‍👩‍👧`,
  'half a surrogate pair': 'a\ud83d',
  'spaces at the end': 'text   ',
  '20,000 characters': 'ÄÖÜ äöü ß € – „Zitat“ 0123456789 '.repeat(600),
};

describe('renderAtOnce', () => {
  it.each(Object.entries(texts))('returns the same bytes as nodemailer for %s', async (_, text) => {
    for (const message of [{ text }, { text: undefined, html: `<p>${text}</p>` }, { text, html: `<p>${text}</p>` }]) {
      const node = buildNode(message);
      for (const keepBcc of [false, true]) {
        node.keepBcc = keepBcc;
        expect(Buffer.from(renderAtOnce(node)).equals(await node.build())).toBe(true);
      }
    }
  });

  it.each<[string, string, string]>([
    ['an invoice in ASCII with lines over 76 characters', `${'word '.repeat(150).trim()}\nBest regards`, '7bit'],
    ['a line of 998 characters', 'x'.repeat(998), '7bit'],
    ['a line of 999 characters', 'x'.repeat(999), 'quoted-printable'],
    ['a space at the end of a long line', `${'word '.repeat(30)}\nend`, 'quoted-printable'],
    ['a CR alone after a long line', `${'word '.repeat(30)}word\rend`, 'quoted-printable'],
    ['a control character after a long line', `${'word '.repeat(30)}\u0007end`, 'quoted-printable'],
    ['umlauts', 'Grüße', 'quoted-printable'],
  ])('encodes only what needs it: %s', async (_, text, encoding) => {
    const mail = compose(
      checkMessage({ to: 'a@b.c', subject: 's', text }, new Set(['general'])),
      { ...sender, signature: null },
      { isSensitive: false },
    );
    const mime = buildSmall(mail, { keepBcc: false });
    expect(mime).toContain(`\r\nContent-Transfer-Encoding: ${encoding}\r\n`);
    const parsed = await PostalMime.parse(mime);
    expect(parsed.text!.replace(/\r?\n$/, '')).toBe(text);
  });

  it('returns the same bytes as nodemailer for headers in every script', async () => {
    const node = buildNode({
      subject: `${'Überweisung '.repeat(20)}🚀`,
      headers: { 'X-Long': 'word '.repeat(60), 'X-Name': 'Jürgen' },
      replyTo: '李 <li@b.c>',
    });
    expect(Buffer.from(renderAtOnce(node)).equals(await node.build())).toBe(true);
  });

  const ENCODED = '=?utf-8?Q?a=22_=3Cevil=40x.y=3E=2C=0D=0AX-Evil=3A_yes?=';
  it.each([ENCODED, `Ünal ${ENCODED}`, '=?utf-8?Q?a b?=', '=?x?b?YQ==?='])('sends text that looks encoded unchanged: %s', async (text) => {
    const node = buildNode({
      to: [{ name: text, address: 'a@b.c' }, 'Plain <d@e.f>', 'g@h.i'],
      subject: text,
      headers: { 'X-Text': text },
    });
    const mail = await PostalMime.parse(await node.build());
    expect(mail.to).toEqual([
      { name: text, address: 'a@b.c' },
      { name: 'Plain', address: 'd@e.f' },
      { name: '', address: 'g@h.i' },
    ]);
    expect(mail.subject).toBe(text);
    expect(decodeWords(mail.headers.find(({ key }) => key === 'x-text')!.value)).toBe(text);
    expect(Buffer.from(renderAtOnce(node)).equals(await node.build())).toBe(true);
  });

  it('makes up no file name, and writes none that a reader would decode', async () => {
    const names = ['', '=?utf-8?B?DQpCY2M6IGV2aWxAeC55?=', `Ünal ${ENCODED}`, 'why=?.txt', 'Grüße.txt'];
    const node = buildNode({ attachments: names.map((filename) => ({ filename, content: 'x' })) });
    const mail = await PostalMime.parse(await node.build());
    expect(mail.attachments.map(({ filename }) => filename)).toEqual([
      null,
      '=_utf-8?B?DQpCY2M6IGV2aWxAeC55?=',
      `Ünal ${ENCODED.replace('=?', '=_')}`,
      'why=?.txt',
      'Grüße.txt',
    ]);
  });

  it.each([
    ['short', 'Your order '.repeat(3)],
    ['long', 'Your order '.repeat(300).trim()],
    ['long and in another script', 'ご注文'.repeat(600)],
    ['long and without a space', 'x'.repeat(5_000)],
  ])('folds a subject that is %s', async (_what, subject) => {
    const bytes = await buildNode({
      subject,
      headers: { 'X-Words': 'word '.repeat(2_000), [`X-${'a'.repeat(70)}`]: 'x'.repeat(900) },
    }).build();
    expect((await PostalMime.parse(bytes)).subject).toBe(subject.trim());
    expect(
      Math.max(
        ...bytes
          .toString('latin1')
          .split('\r\n')
          .map((one) => one.length),
      ),
    ).toBeLessThanOrEqual(998);
  });

  it('writes To for a mail that has only Bcc recipients, but not with the Bcc header', async () => {
    const mail = { to: [], bcc: 'hidden@example.com' };
    const mime = String(await buildNode(mail).build());
    expect(mime).toMatch(/^To: undisclosed-recipients:;\r$/m);
    expect(mime).not.toContain('hidden');
    const graph = String(await buildNode(mail, true).build());
    expect(graph).toMatch(/^Bcc: hidden@example.com/m);
    expect(graph).not.toMatch(/^To:/m);
    expect(String(await buildNode({ ...mail, cc: 'c@b.c' }).build())).not.toMatch(/^To:/m);
  });

  it('writes several Reply-To addresses, and a header for each value of a list', async () => {
    const { replyTo, headers } = await PostalMime.parse(
      await buildNode({
        replyTo: ['Ünal <a@b.c>', 'd@e.f'],
        headers: { 'X-Tag': ['a', 'ü', ''], References: ['<a@b.c>', '<d@e.f>'] },
      }).build(),
    );
    expect(replyTo).toEqual([
      { name: 'Ünal', address: 'a@b.c' },
      { name: '', address: 'd@e.f' },
    ]);
    const valuesOf = (name: string) => headers.filter(({ key }) => key === name).map(({ value }) => decodeWords(value));
    expect([valuesOf('x-tag'), valuesOf('references')]).toEqual([['a', 'ü'], ['<a@b.c> <d@e.f>']]);
  });

  it('writes a calendar invitation as a form of the text and as a file, and other forms after the HTML', async () => {
    const ics = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n';
    for (const content of [ics, Buffer.from(ics)]) {
      const mime = await buildNode({
        html: '<p>t</p>',
        icalEvent: { content, method: 'REQUEST' },
        alternatives: [{ contentType: 'text/x-amp-html', content: '<html ⚡4email></html>' }],
        attachments: [{ filename: 'a.txt', content: 'a' }],
      }).build();
      const types = [...mime.toString().matchAll(/^Content-Type: ([\w/-]+)(?:.*method=(\w+))?/gim)].map(([, type, method]) =>
        [type, method].join(' ').trim(),
      );
      expect(types).toEqual([
        'multipart/mixed',
        'multipart/alternative',
        'text/plain',
        'text/html',
        'text/calendar REQUEST',
        'text/x-amp-html',
        'text/plain',
        'application/ics',
      ]);
      const { attachments, text, html } = await PostalMime.parse(mime, { attachmentEncoding: 'utf8' });
      expect([text?.trim(), html?.includes('<p>t</p>')]).toEqual(['t\n\n-- \nAcme\nBerlin', true]);
      const [calendar, amp, , file] = attachments;
      expect(calendar).toMatchObject({ mimeType: 'text/calendar', method: 'REQUEST', content: expect.stringContaining('SUMMARY:Grüße') });
      expect(amp!.content).toContain('⚡4email');
      expect([file!.filename, (file!.content as string).split(/\r?\n/)]).toEqual(['invite.ics', ics.split('\r\n')]);
    }
  });

  describe('an attached mail', () => {
    const eml = 'From: a@b.c\r\nSubject: Inner\r\n\r\nInner text\r\n';
    const attached = async (attachment: Partial<Attachment>) => {
      const mime = (await buildNode({ attachments: [{ filename: 'inner.eml', content: eml, ...attachment }] }).build()).toString();
      const parsed = await PostalMime.parse(mime, { forceRfc822Attachments: true });
      const { mimeType, filename, disposition, content } = parsed.attachments[0]!;
      return { mime, mimeType, filename, disposition, content: Buffer.from(content as ArrayBuffer) };
    };

    it.each<[string, Partial<Attachment>]>([
      ['by its name', {}],
      ['by its type', { filename: undefined, contentType: 'Message/RFC822' }],
      ['as bytes', { content: Buffer.from(eml) }],
      ['with LF only', { content: eml.replaceAll('\r\n', '\n') }],
      ['with lines of 998 characters', { content: `${eml}${'x'.repeat(998)}\r\n${'y'.repeat(998)}` }],
    ])('of 7 bits is not encoded: %s', async (_how, attachment) => {
      const { mime, mimeType, disposition, content } = await attached(attachment);
      expect([mimeType, disposition]).toEqual(['message/rfc822', 'attachment']);
      expect(mime).toMatch(/^Content-Type: message\/rfc822.*\r\n(?:.+\r\n)*Content-Transfer-Encoding: 7bit\r\n/im);
      expect(content.toString()).toContain('Subject: Inner');
      expect(mime).toContain('Inner text');
    });

    it.each<[string, Partial<Attachment>]>([
      ['of 8 bits', { content: `${eml}Grüße` }],
      ['with a long line', { content: `${eml}${'x'.repeat(999)}\r\n` }],
      ['with a bare CR', { content: `${eml}a\rb` }],
      ['with NUL', { content: `${eml}\0` }],
      ['of 8 bits by its type', { filename: 'report', contentType: 'message/delivery-status', content: Buffer.from([0xff, 0x0a]) }],
    ])('%s is a file of unknown type, in base64', async (_how, attachment) => {
      const { mime, mimeType, filename, content } = await attached(attachment);
      expect(mimeType).toBe('application/octet-stream');
      expect(mime).not.toMatch(/^content-type: message/im);
      expect(filename).toBe(attachment.filename ?? 'inner.eml');
      expect(content).toEqual(Buffer.from(attachment.content as Buffer));
    });
  });

  it('writes no header without a value', async () => {
    const headers = { 'X-Empty': '', 'In-Reply-To': ' ', References: '', 'X-Id': '1' };
    const { headers: found } = await PostalMime.parse(await buildNode({ headers }).build());
    expect(found.map(({ key }) => key)).toEqual(expect.arrayContaining(['x-id', 'message-id']));
    for (const key of ['x-empty', 'in-reply-to', 'references']) expect(found.map((header) => header.key)).not.toContain(key);
  });

  it('rejects content that is not text', () => {
    expect(() => renderAtOnce(buildNode({ attachments: [{ filename: 'a.bin', content: Buffer.from('x') }] }))).toThrow('Only texts');
  });
});
