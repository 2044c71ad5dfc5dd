import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSourceOptions } from 'typeorm';
import { MailError, type SmtpConfigInput, type SmtpModuleOptions } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
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

const problem = async (work: Promise<unknown>): Promise<MailError> =>
  work.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(MailError);
      return error as MailError;
    },
  );

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

  it('A1.2 a form without a name makes the one configuration, which all mail uses', async () => {
    const { id } = await app.configs.create(valid);
    expect(await app.configs.findDefault()).toMatchObject({ id, name: 'default', isDefault: true });
    expect(screenSettings(app.options).single).toBe(true);
  });

  it('A1.2 refuses a second one, whatever its name', async () => {
    await app.configs.create(valid);
    for (const name of [undefined, '', 'default', 'DEFAULT', 'second']) {
      expect((await problem(app.configs.create({ ...valid, name }))).fields).toMatchObject({ name: { code: 'only_one' } });
    }
    expect(await app.configs.count()).toBe(1);
  });

  it('A1.2 lets exactly one of several racing creations through, in any process', async () => {
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

  it('refuses another name, a copy, and to be the default no more', async () => {
    expect((await problem(app.configs.create({ ...valid, name: 'main' }))).fields).toEqual({
      name: expect.objectContaining({ code: 'only_one' }),
    });
    const { id } = await app.configs.create(valid);
    expect((await problem(app.configs.update(id, { name: 'main' }))).fields).toMatchObject({ name: { code: 'only_one' } });
    expect((await problem(app.configs.update(id, { isDefault: false }))).fields).toMatchObject({ isDefault: { code: 'only_one' } });
    expect((await problem(app.configs.duplicate(id, { password: 'again' }))).fields).toMatchObject({ name: { code: 'only_one' } });
    expect(await app.configs.find()).toMatchObject([{ id, name: 'default', isDefault: true, version: 1 }]);
  });

  it.each(['fromAddress', 'fromName'] as const)(
    'A1.17 A1.18 wants the %s: to create, to change and to test what is typed',
    async (field) => {
      const required = { [field]: expect.objectContaining({ code: 'required' }) };
      expect((await problem(app.configs.create({ ...valid, [field]: ' ' }))).fields).toEqual(required);
      expect((await problem(app.configs.testDraft({ ...valid, [field]: null }, { to: 'a@example.com' }))).fields).toEqual(required);
      const { id } = await app.configs.create(valid);
      expect((await problem(app.configs.update(id, { [field]: '' }))).fields).toEqual(required);
    },
  );

  it('A1.25 changes it, under its name', async () => {
    const { id } = await app.configs.create(valid);
    expect(await app.configs.update(id, { name: 'default', fromName: 'Shop', version: 1 })).toMatchObject({ fromName: 'Shop', version: 2 });
  });

  it('A1.36 A1.37 deletes it with its secret, and takes another one then', async () => {
    const { id } = await app.configs.create(valid);
    await app.configs.remove(id);
    expect(await app.dataSource.query('SELECT * FROM smtp_config')).toEqual([]);
    expect(await app.configs.findDefault()).toBeNull();
    expect(await app.configs.create(valid)).toMatchObject({ name: 'default', isDefault: true });
  });

  it('lets no kind of mail have a configuration of its own', async () => {
    const { id } = await app.configs.create(valid);
    expect((await problem(app.activities.assign('invoice', id))).fields).toMatchObject({ configId: { code: 'only_one' } });
    expect(await app.activities.assign('invoice', null)).toMatchObject({ configState: 'default', configName: 'default' });
  });

  describe('and mail', () => {
    let inbox: Inbox;
    beforeAll(async () => {
      inbox = await startInbox();
    });
    afterAll(() => inbox.close());

    it('A1.19 A1.38 A1.39 goes out while there is a configuration, and is not kept for later without one', async () => {
      const server = {
        ...valid,
        host: 'localhost',
        port: inbox.port,
        username: inbox.username,
        password: inbox.password,
        caCertificate: inbox.ca,
      };
      const message = (subject: string) => ({ to: 'a@example.com', subject, text: 'x', activity: 'invoice' });
      expect(await app.mail.send(message('before'))).toEqual({ status: 'skipped', reason: 'not_configured' });
      const { id } = await app.configs.create(server);
      expect(await app.mail.send(message('first'))).toMatchObject({ status: 'queued' });
      const { raw } = await inbox.waitFor(({ subject }) => subject === 'first');
      expect(String(raw)).toContain('From: Acme <no-reply@acme.io>');
      await app.configs.remove(id);
      expect(await app.mail.send(message('between'))).toEqual({ status: 'skipped', reason: 'not_configured' });
      await app.configs.create(server);
      expect(await app.mail.send(message('second'))).toMatchObject({ status: 'queued' });
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

  it('stops where there are several, with words', async () => {
    for (const name of ['main', 'news']) await many.configs.create({ ...valid, name });
    const { code, message } = await problem(start());
    expect(code).toBe('OPTIONS');
    expect(message).toMatch(/"single".*2 exist.*main.*news.*Start without the option, delete all configurations but one/);
    expect(await many.configs.find()).toMatchObject([{ name: 'main' }, { name: 'news' }]);
  });

  it('takes over the one that is there: its name, its secret, and what used it or one that is gone', async () => {
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
    // Still sealed to the same destination: it is kept when left empty.
    expect(await configs.update(id, { fromName: 'Shop' })).toMatchObject({ hasPassword: true, fromName: 'Shop' });
    expect(await many.activities.findOne('invoice')).toMatchObject({ configId: null, configState: 'default' });
    expect((await problem(configs.create(valid))).fields).toMatchObject({ name: { code: 'only_one' } });
  });

  it('takes it over once, from several processes at a time and after each start', async () => {
    const { id } = await many.configs.create({ ...valid, name: 'main' });
    const apps = await Promise.all([1, 2, 3].map(() => startSmtpApp(many.database, { single: true })));
    for (const app of apps) await app.close();
    const { history } = await start();
    expect(await many.configs.find()).toMatchObject([{ id, name: 'default', isDefault: true, version: 2 }]);
    expect(await history.find({ action: 'adopt' })).toHaveLength(1);
  });
});
