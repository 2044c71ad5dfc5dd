import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSourceOptions } from 'typeorm';
import { MailError, type SmtpConfigInput, type SmtpModuleOptions } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { catchError } from '../support/catch-error.js';
import { databases } from '../support/databases.js';
import { type SmtpApp, startOn, startSmtpApp } from '../support/smtp-app.js';
import { screenSettings } from '../../lib/admin/config/screen-settings.js';

const valid: SmtpConfigInput = {
  host: 'smtp.example.com',
  username: 'user@example.com',
  password: 'correct horse',
  fromName: 'Acme',
  fromAddress: 'no-reply@acme.io',
};

describe.each(databases)('With single: true on $name', ({ name: kind }) => {
  const options: SmtpModuleOptions = { single: true, activities: [{ key: 'invoice', label: 'Invoices' }] };
  let app: Awaited<ReturnType<typeof startOn>>;
  beforeAll(async () => {
    app = await startOn(kind, options);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
  });

  it('A1.2 creates the only configuration from a form without a name, and all mail uses it', async () => {
    const { id } = await app.configs.create(valid);
    expect(await app.configs.findDefault()).toMatchObject({ id, name: 'default', isDefault: true });
    expect(screenSettings(app.options).single).toBe(true);
  });

  it('A1.2 rejects a second configuration with any name', async () => {
    await app.configs.create(valid);
    for (const name of [undefined, '', 'default', 'DEFAULT', 'second']) {
      expect((await catchError(app.configs.create({ ...valid, name }))).fields).toMatchObject({ name: { code: 'only_one' } });
    }
    expect(await app.configs.count()).toBe(1);
  });

  it('A1.2 accepts exactly one of several racing creations, across processes', async () => {
    const other = await startSmtpApp(app.database, options);
    try {
      const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((n) => (n % 2 ? app : other).configs.create(valid)));
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as MailError] : []));
      expect(refused.map(({ fields }) => fields?.name?.code)).toEqual(Array.from({ length: 5 }, () => 'only_one'));
      expect(await app.configs.count()).toBe(1);
      expect(await app.configs.findDefault()).not.toBeNull();
    } finally {
      await other.close();
    }
  });

  it('rejects another name, a copy, and clearing the default', async () => {
    expect((await catchError(app.configs.create({ ...valid, name: 'main' }))).fields).toEqual({
      name: expect.objectContaining({ code: 'only_one' }),
    });
    const { id } = await app.configs.create(valid);
    expect((await catchError(app.configs.update(id, { name: 'main' }))).fields).toMatchObject({ name: { code: 'only_one' } });
    expect((await catchError(app.configs.update(id, { isDefault: false }))).fields).toMatchObject({ isDefault: { code: 'only_one' } });
    expect((await catchError(app.configs.duplicate(id, { password: 'again' }))).fields).toMatchObject({ name: { code: 'only_one' } });
    expect(await app.configs.find()).toMatchObject([{ id, name: 'default', isDefault: true, version: 1 }]);
  });

  it.each(['fromAddress', 'fromName'] as const)('A1.17 A1.18 requires the %s to create, to change and to test a draft', async (field) => {
    const required = { [field]: expect.objectContaining({ code: 'required' }) };
    expect((await catchError(app.configs.create({ ...valid, [field]: ' ' }))).fields).toEqual(required);
    expect((await catchError(app.configs.testDraft({ ...valid, [field]: null }, { to: 'a@example.com' }))).fields).toEqual(required);
    const { id } = await app.configs.create(valid);
    expect((await catchError(app.configs.update(id, { [field]: '' }))).fields).toEqual(required);
  });

  it('A1.25 updates it under its name', async () => {
    const { id } = await app.configs.create(valid);
    expect(await app.configs.update(id, { name: 'default', fromName: 'Shop', version: 1 })).toMatchObject({ fromName: 'Shop', version: 2 });
  });

  it('A1.36 A1.37 deletes it with its secret, and then accepts another one', async () => {
    const { id } = await app.configs.create(valid);
    await app.configs.remove(id);
    expect(await app.dataSource.query('SELECT * FROM smtp_config')).toEqual([]);
    expect(await app.configs.findDefault()).toBeNull();
    expect(await app.configs.create(valid)).toMatchObject({ name: 'default', isDefault: true });
  });

  it('does not let an email type choose a configuration', async () => {
    const { id } = await app.configs.create(valid);
    expect((await catchError(app.activities.assign('invoice', id))).fields).toMatchObject({ configId: { code: 'only_one' } });
    expect(await app.activities.assign('invoice', null)).toMatchObject({ configState: 'default', configName: 'default' });
  });

  describe('and mail', () => {
    let inbox: Inbox;
    beforeAll(async () => {
      inbox = await startInbox();
    });
    afterAll(() => inbox.close());

    it('A1.19 A1.38 A1.39 sends mail while there is a configuration, and queues none without one', async () => {
      const server = {
        ...valid,
        host: 'localhost',
        port: inbox.port,
        username: inbox.username,
        password: inbox.password,
        caCertificate: inbox.ca,
      };
      const buildMessage = (subject: string) => ({ to: 'a@example.com', subject, text: 'x', activity: 'invoice' });
      expect(await app.mail.send(buildMessage('before'))).toEqual({ status: 'skipped', reason: 'not_configured' });
      const { id } = await app.configs.create(server);
      expect(await app.mail.send(buildMessage('first'))).toMatchObject({ status: 'queued' });
      const { raw } = await inbox.waitFor(({ subject }) => subject === 'first');
      expect(String(raw)).toContain('From: Acme <no-reply@acme.io>');
      await app.configs.remove(id);
      expect(await app.mail.send(buildMessage('between'))).toEqual({ status: 'skipped', reason: 'not_configured' });
      await app.configs.create(server);
      expect(await app.mail.send(buildMessage('second'))).toMatchObject({ status: 'queued' });
      await inbox.waitFor(({ subject }) => subject === 'second');
      expect(inbox.mails.map(({ subject }) => subject).sort()).toEqual(['first', 'second']);
    });
  });
});

describe.each(databases)('Starting with single: true on $name', ({ name: kind }) => {
  let many: Awaited<ReturnType<typeof startOn>>;
  let single: SmtpApp | undefined;
  const start = async (database: DataSourceOptions = many.database): Promise<SmtpApp> =>
    (single = await startSmtpApp(database, { single: true }));
  beforeEach(async () => {
    many = await startOn(kind, { activities: [{ key: 'invoice', label: 'Invoices' }] });
  });
  afterEach(async () => {
    await single?.close();
    single = undefined;
    await many.close();
  });

  it('fails with an explanation if there are several configurations', async () => {
    for (const name of ['main', 'news']) await many.configs.create({ ...valid, name });
    const { code, message } = await catchError(start());
    expect(code).toBe('OPTIONS');
    expect(message).toMatch(/"single".*2 exist.*main.*news.*Start without the option, delete all configurations but one/);
    expect(await many.configs.find()).toMatchObject([{ name: 'main' }, { name: 'news' }]);
  });

  it('adopts the existing configuration: its name, its secret, and the email types that used it or a deleted one', async () => {
    const gone = await many.configs.create({ ...valid, name: 'gone' });
    await many.activities.assign('invoice', gone.id);
    await many.configs.remove(gone.id);
    const { id } = await many.configs.create({ ...valid, name: 'main' });
    const { configs, history } = await start();
    expect((await history.find({ action: 'adopt' })).map(({ caller, record, changes }) => ({ caller, record, changes }))).toEqual([
      {
        caller: 'application',
        record: { type: 'config', id },
        changes: {
          name: { before: 'main', after: 'default' },
          isDefault: { before: false, after: true },
          activities: { before: ['invoice'], after: null },
        },
      },
    ]);
    expect(await configs.find()).toMatchObject([{ id, name: 'default', isDefault: true, hasPassword: true, version: 2 }]);
    // The password is still sealed to the same destination, so it is kept if the field is empty.
    expect(await configs.update(id, { fromName: 'Shop' })).toMatchObject({ hasPassword: true, fromName: 'Shop' });
    expect(await many.activities.findOne('invoice')).toMatchObject({ configId: null, configState: 'default' });
    expect((await catchError(configs.create(valid))).fields).toMatchObject({ name: { code: 'only_one' } });
  });

  it('adopts it once across several processes and restarts', async () => {
    const { id } = await many.configs.create({ ...valid, name: 'main' });
    const apps = await Promise.all([1, 2, 3].map(() => startSmtpApp(many.database, { single: true })));
    for (const app of apps) await app.close();
    const { history } = await start();
    expect(await many.configs.find()).toMatchObject([{ id, name: 'default', isDefault: true, version: 2 }]);
    expect(await history.find({ action: 'adopt' })).toHaveLength(1);
  });
});
