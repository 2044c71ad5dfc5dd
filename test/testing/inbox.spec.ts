import { afterEach, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { createPrivateCa, startInbox, type Inbox } from '../../lib/testing/index.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { findFreePort } from '../support/services/shell.js';

describe('startInbox', () => {
  const inboxes: Inbox[] = [];
  const open = async (...args: Parameters<typeof startInbox>) => {
    const inbox = await startInbox(...args);
    inboxes.push(inbox);
    return inbox;
  };
  const deliver = async (
    inbox: Inbox,
    overrides: Parameters<typeof buildMail>[0] = {},
    settings: Parameters<typeof buildSettings>[1] = {},
  ) => {
    const transport = new SmtpTransport(buildSettings(inbox, settings));
    try {
      return await transport.send(buildMail(overrides));
    } finally {
      await transport.close();
    }
  };
  afterEach(async () => {
    await Promise.all(inboxes.splice(0).map((inbox) => inbox.close()));
  });

  it('keeps a message as it arrived', async () => {
    const inbox = await open();

    await deliver(inbox, { subject: 'Grüße 👋', text: 'Hällo', bcc: ['hidden@example.org'] });

    const mail = await inbox.waitFor();
    expect(mail).toMatchObject({
      from: 'sender@example.com',
      to: ['to@example.org', 'hidden@example.org'],
      subject: 'Grüße 👋',
      auth: 'inbox',
      tls: true,
    });
    expect(mail.text).toContain('Hällo');
    expect(mail.headers['message-id']).toMatch(/^<.+@example.com>$/);
    expect(mail.raw).not.toContain('hidden@example.org');
    expect(Date.parse(mail.receivedAt)).toBeLessThanOrEqual(Date.now());
  });

  it.each(['tls', 'none'] as const)('accepts connections with security %s', async (security) => {
    const inbox = await open({ security });
    await deliver(inbox);
    expect(inbox.mails[0]).toMatchObject({ tls: security === 'tls', auth: 'inbox' });
  });

  it('A1.16 accepts mail without a login if none is set', async () => {
    const inbox = await open({ security: 'none', auth: false });
    await deliver(inbox);
    expect(inbox.mails[0]).toMatchObject({ auth: null, tls: false });
    expect(inbox.username).toBe('');
  });

  it('lists the newest first, each with its own id, and clears on request', async () => {
    const inbox = await open();
    await deliver(inbox, { subject: 'one' });
    await deliver(inbox, { subject: 'two' });
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['two', 'one']);
    expect(new Set(inbox.mails.map(({ id }) => id)).size).toBe(2);
    inbox.clear();
    expect(inbox.mails).toEqual([]);
  });

  it('waits for a matching message', async () => {
    const inbox = await open();
    const awaited = inbox.waitFor(({ subject }) => subject === 'second', 60_000);
    await deliver(inbox, { subject: 'first' });
    await deliver(inbox, { subject: 'second' });
    expect((await awaited).subject).toBe('second');
    await expect(inbox.waitFor(({ subject }) => subject === 'third', 20)).rejects.toThrow(
      'No matching mail arrived within 20 ms. The inbox contains 2 messages.',
    );
  });

  it('acknowledges only messages that were kept', async () => {
    const events: string[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let enter: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => (enter = resolve));
    const inbox = await open({
      keep: async ({ subject }) => {
        enter();
        await gate;
        events.push(`kept ${subject}`);
      },
    });
    const sending = deliver(inbox, { subject: 'one' }).then(() => events.push('acknowledged'));
    await entered;
    expect(events).toEqual([]);
    release();
    await sending;
    expect(events).toEqual(['kept one', 'acknowledged']);

    const broken = await open({ keep: () => Promise.reject(new Error('disk full')) });
    await expect(deliver(broken)).rejects.toMatchObject({ code: 'CONTENT', retryable: true });
    expect(broken.mails).toEqual([]);
  });

  it('stops and starts again on the same port, with its mail', async () => {
    const inbox = await open({ port: await findFreePort() });
    const { port } = inbox;
    await deliver(inbox);
    await inbox.stop();
    await expect(deliver(inbox)).rejects.toMatchObject({ code: 'CONNECTION' });
    await inbox.start();
    await deliver(inbox);
    expect(inbox.port).toBe(port);
    expect(inbox.mails).toHaveLength(2);
  });

  it('starts with given mail and a given certificate', async () => {
    const certificate = await (await createPrivateCa()).issue();
    const first = await open({ certificate });
    await deliver(first);
    const second = await open({ certificate, mails: [...first.mails] });
    expect(second.ca).toBe(first.ca);
    expect(second.mails).toEqual(first.mails);
  });

  it('refuses given addresses', async () => {
    const inbox = await open({
      refuse: (stage, address) => (stage === 'recipient' && address.startsWith('no') ? '550 5.1.1 no such user' : undefined),
    });
    const receipt = await deliver(inbox, { to: ['yes@example.org', 'no@example.org'] });
    expect(receipt.rejected).toEqual([
      { address: 'no@example.org', code: 550, reply: '550 5.1.1 no such user', reason: 'recipient_refused' },
    ]);
  });

  it('refuses a wrong password', async () => {
    const inbox = await open();
    await expect(deliver(inbox, {}, { auth: { username: 'inbox', password: 'wrong' } })).rejects.toMatchObject({ code: 'AUTH' });
  });
});

describe('createPrivateCa', () => {
  it('issues certificates with valid dates, names and serial numbers', async () => {
    const authority = await createPrivateCa('Acme');
    const { cert, ca } = await authority.issue();
    const [leaf, root] = [new X509Certificate(cert), new X509Certificate(ca)];
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(root.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.serialNumber).toHaveLength(32);
    expect(new X509Certificate((await authority.issue()).cert).serialNumber).not.toBe(leaf.serialNumber);
    expect(Date.parse(leaf.validFrom)).toBeLessThan(Date.now());
  });
});
