import PostalMime from 'postal-mime';
import { describe, expect, it } from '@jest/globals';
import { checkMessage } from '../../lib/message/check-message.js';
import { type SenderSettings, compose, ownSenderOf } from '../../lib/message/compose.js';
import { buildMime } from '../../lib/message/mime.js';
import type { MailMessage } from '../../lib/message/mail-message.js';

const settings: SenderSettings = {
  fromName: 'Acme',
  fromAddress: 'no-reply@acme.io',
  username: 'login@acme.io',
  replyTo: null,
  signature: null,
  cc: [],
  bcc: [],
  copyActivities: [],
};
const make = (message: Partial<MailMessage> = {}, sender: Partial<SenderSettings> = {}, isSensitive = false) =>
  compose(
    checkMessage({ to: 'a@b.c', subject: 's', text: 't', ...message }, new Set(['general', 'invoice', 'reset'])),
    { ...settings, ...sender },
    { isSensitive },
  );

describe('compose', () => {
  it('A1.19 A2.14 A2.15 A2.20 A3.8 A4.3 A5.16 writes the configuration’s name and address into From', () => {
    const mail = make();
    expect(mail.from).toEqual({ name: 'Acme', address: 'no-reply@acme.io' });
    expect(mail.envelope).toEqual({ from: 'no-reply@acme.io', to: ['a@b.c'] });
  });

  it('A2.18 uses the message’s name and keeps the address', () => {
    expect(make({ from: { name: 'Billing' } }).from).toEqual({ name: 'Billing', address: 'no-reply@acme.io' });
  });

  it('A2.19 uses the message’s address', () => {
    expect(make({ from: 'Billing <billing@acme.io>' }).from).toEqual({ name: 'Billing', address: 'billing@acme.io' });
    expect(make({ from: 'billing@acme.io' }).from).toEqual({ name: '', address: 'billing@acme.io' });
  });

  it('A3.9 uses the user name if there is no From address', () => {
    expect(make({}, { fromAddress: null }).from.address).toBe('login@acme.io');
    expect(() => make({}, { fromAddress: null, username: 'apikey' })).toThrow(expect.objectContaining({ code: 'SENDER', fault: 'config' }));
  });

  it('sends bounces to the address of the message, otherwise to that of the configuration, otherwise to the From address', () => {
    const bounces = { envelopeFrom: 'bounces@acme.io' };
    expect(make({}, bounces)).toMatchObject({ envelope: { from: 'bounces@acme.io' }, from: { address: 'no-reply@acme.io' } });
    expect(make({ from: 'billing@acme.io' }, bounces).envelope.from).toBe('bounces@acme.io');
    expect(make({ envelopeFrom: 'one@acme.io' }, bounces).envelope.from).toBe('one@acme.io');
    expect(make({}, { envelopeFrom: null }).envelope.from).toBe('no-reply@acme.io');
  });

  it('knows a sender that is not the configuration’s', () => {
    const sender = { ...settings, envelopeFrom: 'Bounces@acme.io' };
    const own = (message: Partial<MailMessage>) => ownSenderOf(make(message, sender), sender);
    expect(own({})).toBeUndefined();
    expect(own({ envelopeFrom: 'bounces@ACME.io' })).toBeUndefined();
    expect(own({ envelopeFrom: 'no-reply@acme.io' })).toBe('no-reply@acme.io');
    expect(own({ from: 'billing@acme.io' })).toBe('billing@acme.io');
  });

  it('A3.10 appends the signature to text and to HTML, as plain text', async () => {
    const mail = make({ html: '<html><body><p>x</p></body></html>' }, { signature: 'Acme <b>\nBerlin' });
    expect(mail.text).toBe('t\n\n-- \nAcme <b>\nBerlin\n');
    expect(mail.html).toBe('<html><body><p>x</p><p>-- <br>Acme &lt;b&gt;<br>Berlin</p></body></html>');
    expect(make({ html: '<p>x</p>', text: undefined }, { signature: 'S' })).toMatchObject({
      text: undefined,
      html: '<p>x</p><p>-- <br>S</p>',
    });
  });

  it('A5.13 A5.14 A5.20 adds copies for the selected activities only', () => {
    const copies = { cc: ['Boss <boss@acme.io>'], bcc: ['archive@acme.io'], copyActivities: ['invoice'] };
    expect(make({ activity: 'invoice' }, copies)).toMatchObject({
      cc: [{ name: 'Boss', address: 'boss@acme.io' }],
      bcc: [{ address: 'archive@acme.io' }],
      envelope: { to: ['a@b.c', 'boss@acme.io', 'archive@acme.io'] },
    });
    for (const activity of ['reset', undefined]) expect(make({ activity }, copies).envelope.to).toEqual(['a@b.c']);
    expect(make({}, { ...copies, copyActivities: ['general'] }).envelope.to).toHaveLength(3);
  });

  it('adds no copies to sensitive mail, but keeps its own CC and BCC', () => {
    const copies = { cc: ['boss@acme.io'], bcc: ['archive@acme.io'], copyActivities: ['reset'] };
    const { envelope, cc, bcc } = make({ activity: 'reset', cc: 'c@b.c', bcc: 'd@b.c' }, copies, true);
    expect(envelope.to).toEqual(['a@b.c', 'c@b.c', 'd@b.c']);
    expect([cc, bcc]).toMatchObject([[{ address: 'c@b.c' }], [{ address: 'd@b.c' }]]);
  });

  it('sends once to each recipient', () => {
    const mail = make(
      { to: ['a@b.c', 'A@B.C'], cc: 'x@y.z', activity: 'invoice' },
      { cc: ['a@b.c', 'X@y.z'], bcc: ['x@y.z', 'n@e.w'], copyActivities: ['invoice'] },
    );
    expect(mail.envelope.to).toEqual(['a@b.c', 'x@y.z', 'n@e.w']);
  });

  it('uses the sender’s domain for the Message-ID, or keeps an earlier Message-ID', () => {
    expect(make().messageId).toMatch(/^<[0-9a-f-]{36}@acme\.io>$/);
    expect(make({ from: 'a@münchen.de' }).messageId).toMatch(/@xn--mnchen-3ya\.de>$/);
    const checked = checkMessage({ to: 'a@b.c', subject: 's', text: 't' }, new Set(['general']));
    expect(compose(checked, settings, { isSensitive: false, messageId: '<same@acme.io>' }).messageId).toBe('<same@acme.io>');
  });

  it('puts the envelope sender and the notifications into the envelope only', async () => {
    const mail = make({ envelopeFrom: 'bounces@acme.io', dsn: { notify: ['failure'] } });
    expect(mail.envelope).toEqual({ from: 'bounces@acme.io', to: ['a@b.c'], dsn: { notify: ['failure'] } });
    expect(mail.from.address).toBe('no-reply@acme.io');
    expect(String(await buildMime(mail, { keepBcc: true }))).not.toContain('bounces');
  });

  it('takes Reply-To from the message, or else from the configuration', () => {
    expect(make({}, { replyTo: 'Help <help@acme.io>' }).replyTo).toEqual([{ name: 'Help', address: 'help@acme.io' }]);
    expect(make({ replyTo: 'me@acme.io' }, { replyTo: 'help@acme.io' }).replyTo).toMatchObject([{ address: 'me@acme.io' }]);
    expect(make({ replyTo: ['me@acme.io', 'you@acme.io'] }).replyTo).toHaveLength(2);
  });
});

describe('buildMime', () => {
  const mail = make({
    to: ['Zoë <zoe@example.com>'],
    bcc: 'hidden@example.com',
    subject: 'Grüße 😀',
    html: '<p>ö</p>',
    attachments: [{ filename: 'Rechnung – März.pdf', content: Buffer.from([1, 2, 3]) }],
    headers: { 'X-Order': '17' },
  });

  it('leaves out BCC unless requested', async () => {
    expect((await buildMime(mail, { keepBcc: false })).toString()).not.toContain('hidden@example.com');
    expect((await buildMime(mail, { keepBcc: true })).toString()).toContain('hidden@example.com');
  });

  it('renders Unicode subjects, names and file names', async () => {
    const parsed = await PostalMime.parse(await buildMime(mail, { keepBcc: false }));
    expect(parsed).toMatchObject({
      subject: 'Grüße 😀',
      to: [{ name: 'Zoë', address: 'zoe@example.com' }],
      messageId: mail.messageId,
      attachments: [{ filename: 'Rechnung – März.pdf' }],
    });
    expect(parsed.headers).toContainEqual(expect.objectContaining({ key: 'x-order', value: '17' }));
  });
});
