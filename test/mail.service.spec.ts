import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import type { SmtpConfigInput } from '../lib/index.js';
import { type Inbox, startInbox } from '../lib/testing/index.js';
import { databases } from './support/databases.js';
import { startOn, startSmtpApp } from './support/smtp-app.js';

describe.each(databases)('MailService on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let inbox: Inbox;
  let other: Inbox;
  const activities = [{ key: 'invoice' }, { key: 'password_reset', sensitive: true }];
  const config = (server: Inbox, name: string): SmtpConfigInput => ({
    name,
    host: 'localhost',
    port: server.port,
    username: server.username,
    password: server.password,
    caCertificate: server.ca,
    fromName: name,
    fromAddress: `${name}@acme.io`,
  });
  const mail = { to: 'a@b.c', subject: 'Hello', text: 'Hi' };

  beforeAll(async () => {
    [inbox, other] = await Promise.all([
      startInbox({
        refuse: (stage, address) => (stage === 'recipient' && address.startsWith('nobody') ? '550 5.1.1 no such user' : undefined),
      }),
      startInbox({ auth: { username: 'other', password: 'other' } }),
    ]);
    app = await startOn(kind, { activities });
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([inbox.close(), other.close()]);
  });
  beforeEach(async () => {
    inbox.clear();
    other.clear();
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    await app.dataSource.query('DELETE FROM smtp_activity');
  });

  it('A1.38 A4.12 reports that nothing is configured, without a crash', async () => {
    await expect(app.mail.sendNow(mail)).rejects.toMatchObject({ code: 'NOT_CONFIGURED', fault: 'config' });
  });

  it('A1.39 A2.21 sends through the default as soon as there is one', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const sent = await app.mail.sendNow(mail);
    expect(sent).toMatchObject({ accepted: ['a@b.c'], rejected: [], config: 'main', messageId: expect.stringMatching(/@acme\.io>$/) });
    expect(sent.reply).toMatch(/^250/);
    expect(await inbox.waitFor()).toMatchObject({
      from: 'main@acme.io',
      subject: 'Hello',
      text: expect.stringContaining('Hi'),
      tls: true,
      auth: inbox.username,
    });
  });

  it('A3.7 sends an activity’s mail through its own configuration, and other mail through the default', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const { id } = await app.configs.create(config(other, 'billing'));
    await app.activities.assign('invoice', id);
    expect((await app.mail.sendNow({ ...mail, activity: 'invoice' })).config).toBe('billing');
    expect((await app.mail.sendNow({ ...mail, activity: 'password_reset' })).config).toBe('main');
    expect((await app.mail.sendNow(mail)).config).toBe('main');
    expect((await app.mail.sendNow({ ...mail, config: 'BILLING' })).config).toBe('billing');
    expect([inbox.mails.length, other.mails.length]).toEqual([2, 2]);
  });

  it('never falls back to another configuration if the chosen one is deleted or disabled', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const { id } = await app.configs.create(config(other, 'billing'));
    await app.activities.assign('invoice', id);
    await app.configs.update(id, { enabled: false });
    await expect(app.mail.sendNow({ ...mail, activity: 'invoice' })).rejects.toMatchObject({ code: 'CONFIG_DISABLED' });
    await expect(app.mail.sendNow({ ...mail, config: 'billing' })).rejects.toMatchObject({ code: 'CONFIG_DISABLED' });
    await app.configs.remove(id);
    await expect(app.mail.sendNow({ ...mail, activity: 'invoice' })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    await expect(app.mail.sendNow({ ...mail, config: 'billing' })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    expect([...inbox.mails, ...other.mails]).toEqual([]);
  });

  it('A4.2 sends nothing through a disabled default', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true, enabled: false });
    await expect(app.mail.sendNow(mail)).rejects.toMatchObject({ code: 'CONFIG_DISABLED' });
  });

  it('A1.36 stops sending when the configuration is deleted', async () => {
    const { id } = await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    await app.mail.sendNow(mail);
    await app.configs.remove(id);
    await expect(app.mail.sendNow(mail)).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it('reports each refused recipient', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const sent = await app.mail.sendNow({ ...mail, to: ['a@b.c', 'nobody@b.c', 'd@e.f'] });
    expect(sent.accepted).toEqual(['a@b.c', 'd@e.f']);
    expect(sent.rejected).toEqual([
      { address: 'nobody@b.c', code: 550, reply: expect.stringContaining('5.1.1'), reason: 'recipient_refused' },
    ]);
    expect((await inbox.waitFor()).to).toEqual(['a@b.c', 'd@e.f']);
    await expect(app.mail.sendNow({ ...mail, to: 'nobody@b.c' })).rejects.toMatchObject({
      code: 'RECIPIENT',
      retryable: false,
      fault: 'message',
    });
  });

  it('A5.13 A5.14 A5.20 sends copies for a selected activity, and keeps BCC hidden', async () => {
    await app.configs.create({
      ...config(inbox, 'main'),
      isDefault: true,
      cc: ['cc@acme.io'],
      bcc: ['bcc@acme.io'],
      copyActivities: ['invoice'],
    });
    await app.mail.sendNow({ ...mail, activity: 'invoice' });
    const copied = await inbox.waitFor();
    expect(copied.to).toEqual(['a@b.c', 'cc@acme.io', 'bcc@acme.io']);
    expect(copied.raw).not.toContain('bcc@acme.io');
    inbox.clear();
    await app.mail.sendNow(mail);
    expect((await inbox.waitFor()).to).toEqual(['a@b.c']);
  });

  it('A4.18 uses a saved change for the next message in every process, and keeps no old connection', async () => {
    const { id } = await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const second = await startSmtpApp(app.database, { activities });
    await Promise.all([app.mail.sendNow(mail), second.mail.sendNow(mail)]);
    await app.configs.update(id, { port: other.port, username: 'other', password: 'other', caCertificate: other.ca, fromName: 'New' });
    await Promise.all([app.mail.sendNow(mail), second.mail.sendNow(mail)]);
    expect([inbox.mails.length, other.mails.length]).toEqual([2, 2]);
    expect(other.mails[0]!.headers.from).toContain('New');
    await second.close();
  });

  it('rejects invalid input before anything is sent', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    await expect(app.mail.sendNow({ ...mail, to: 'a@b.c\r\nRCPT TO:<evil@x.y>' })).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
      fields: { to: {} },
    });
    await expect(app.mail.sendNow({ ...mail, activity: 'nothing' })).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
      fields: { activity: {} },
    });
    expect(inbox.mails).toEqual([]);
  });

  it('A1.41 requires the private CA, of the configuration or of the application', async () => {
    const { id } = await app.configs.create({ ...config(inbox, 'main'), caCertificate: null, isDefault: true });
    await expect(app.mail.sendNow(mail)).rejects.toMatchObject({ code: 'CERTIFICATE' });
    // The configuration is failing in all processes, and is tried again after a change.
    await app.configs.update(id, { description: 'trusted by the application' });
    const trusting = await startSmtpApp(app.database, { activities, trustedCa: inbox.ca });
    expect((await trusting.mail.sendNow(mail)).accepted).toEqual(['a@b.c']);
    await trusting.close();
    await app.configs.update(id, { caCertificate: inbox.ca, password: inbox.password });
    expect((await app.mail.sendNow(mail)).accepted).toEqual(['a@b.c']);
  });

  it('survives an unreadable attachment', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const content = createReadStream('/nowhere/to/be/found');
    await expect(app.mail.sendNow({ ...mail, attachments: [{ content }] })).rejects.toMatchObject({ code: 'CONTENT', fault: 'message' });
    expect(inbox.mails).toEqual([]);
  });

  it('stops reading an endless attachment', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const content = new Readable({ read: () => void content.push(Buffer.alloc(1_000_000)) });
    const error = await app.mail.sendNow({ ...mail, attachments: [{ content }] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONTENT', fault: 'message', summary: expect.stringContaining('150 MB') });
    expect(content.destroyed).toBe(true);
  });

  it('sends bytes of every kind, what is read from streams, and open files', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const file = await open(fileURLToPath(import.meta.url));
    const own = await file.readFile();
    const bytes = new Uint8Array([0, 255, 13, 10, 46]);
    const contents = { bytes, buffer: bytes.buffer, blob: new Blob([bytes]), web: new Blob([bytes]).stream(), file };
    const attachments = Object.entries(contents).map(([filename, content]) => ({ filename, content }));
    await app.mail.sendNow({ ...mail, attachments });
    await file.close();
    const { attachments: received } = await PostalMime.parse(inbox.mails[0]!.raw);
    expect(received.map(({ filename }) => filename)).toEqual(Object.keys(contents));
    expect(received.slice(0, 4).map(({ content }) => Buffer.from(content as ArrayBuffer))).toEqual(Array(4).fill(Buffer.from(bytes)));
    expect(Buffer.from(received[4]!.content as ArrayBuffer)).toEqual(own);
  });

  it('adds text to mail that has only HTML, if the option is on', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true });
    const html = '<p>Hello <b>Ann</b></p>';
    await app.mail.sendNow({ ...mail, text: undefined, html });
    expect(inbox.mails[0]!.raw).not.toContain('text/plain');
    const adding = await startSmtpApp(app.database, { activities, textFromHtml: true });
    await adding.mail.sendNow({ ...mail, text: undefined, html });
    await adding.mail.sendNow({ ...mail, text: 'Own text', html });
    await adding.close();
    expect(inbox.mails.map(({ text }) => text.trim()).toSorted()).toEqual(['', 'Hello Ann', 'Own text']);
  });

  it('sends other mail while an attachment is still being read', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true, maxConnections: 1 });
    const content = new PassThrough();
    const stuck = app.mail.sendNow({ ...mail, subject: 'stuck', attachments: [{ content }] });
    expect((await app.mail.sendNow(mail)).accepted).toEqual(['a@b.c']);
    content.end('at last');
    expect((await stuck).accepted).toEqual(['a@b.c']);
  });

  it('sends many messages with files over few connections', async () => {
    await app.configs.create({ ...config(inbox, 'main'), isDefault: true, maxConnections: 2 });
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        app.mail.sendNow({ ...mail, subject: `n${i}`, attachments: [{ filename: 'a.txt', content: Buffer.from('file') }] }),
      ),
    );
    expect(new Set(inbox.mails.map(({ subject }) => subject)).size).toBe(12);
    expect(inbox.mails[0]!.raw).toContain('a.txt');
  });
});
