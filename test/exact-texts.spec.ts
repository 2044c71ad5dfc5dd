import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MailMessage, smtpEntities } from '../lib/index.js';
import { type DatabaseKind, databases, openDatabase } from './support/databases.js';
import { type SmtpApp, startOn, startSmtpApp } from './support/smtp-app.js';

const WRONG = ['\0', 'a\0b', '\uD800', 'x\uDC00'];
type Schema = { name: DatabaseKind; how: 'migrated' | 'synchronised' };
const schemas = databases.flatMap(({ name }): Schema[] => [
  { name, how: 'migrated' },
  ...(name === 'sqlite' ? [] : [{ name, how: 'synchronised' } as const]),
]);

describe.each<Schema>(schemas)('Texts on $name, $how', ({ name: kind, how }) => {
  let app: SmtpApp;
  const mail: MailMessage = { to: 'a@b.c', subject: 'Hello', text: 'Hi', sendAt: new Date(Date.now() + 86_400_000) };
  const send = async (fields: Partial<MailMessage>): Promise<string> => {
    const queued = await app.mail.send({ ...mail, ...fields });
    return queued.status === 'queued' ? queued.id : queued.status;
  };

  beforeAll(async () => {
    app = await (how === 'migrated' ? startOn(kind, { activities: [{ key: 'invoice' }] }) : startSynchronised());
    for (const name of ['main', 'cafe']) {
      await app.configs.create({
        name,
        host: 'localhost',
        security: 'none',
        authRequired: false,
        fromAddress: 'a@b.c',
        isDefault: name === 'main',
      });
    }
  });
  afterAll(() => app.close());

  async function startSynchronised(): Promise<SmtpApp> {
    const database = await openDatabase(kind, { entities: smtpEntities, migrations: [], synchronize: true });
    const started = await startSmtpApp(database.options, { activities: [{ key: 'invoice' }] });
    const close = async (): Promise<void> => {
      await started.close();
      await database.drop();
    };
    return { ...started, close };
  }

  it('distinguish idempotency keys that databases consider equal', async () => {
    const keys = ['key', 'key ', 'key  ', ' key', 'KEY', 'kéy', 'key\u00A0'];
    const ids = await Promise.all(keys.map((idempotencyKey) => send({ idempotencyKey, subject: JSON.stringify(idempotencyKey) })));
    expect(new Set(ids).size).toBe(keys.length);
    for (const [index, idempotencyKey] of keys.entries()) {
      expect(await send({ idempotencyKey, subject: JSON.stringify(idempotencyKey) })).toBe(ids[index]);
    }
  });

  it('match a configuration only by its own name', async () => {
    const names = ['main', 'MAIN', 'cafe', 'caff'];
    const ids = await Promise.all(names.map((config) => send({ config })));
    const statuses = new Map((await app.log.findMany(ids)).map(({ id, status }) => [id, status]));
    expect(ids.map((id) => statuses.get(id))).toEqual(['queued', 'queued', 'queued', 'held']);
    // MariaDB would match "cafe".
    for (const config of ['café', 'cafe\u0301', 'cafe\u00A0x'])
      await expect(app.mail.sendNow({ ...mail, sendAt: undefined, config })).rejects.toMatchObject({
        fields: { config: expect.anything() },
      });
  });

  it('match filters exactly', async () => {
    await send({ activity: 'invoice' });
    const count = (filters: object): Promise<number> => app.log.count({ filters });
    expect(await count({ activity: 'invoice' })).toBeGreaterThan(0);
    expect(await count({ config: 'cafe' })).toBeGreaterThan(0);
    for (const filters of [
      { activity: 'invoice ' },
      { status: 'queued ' },
      { config: 'cafe ' },
      { config: 'CAFÉ ' },
      { recipient: 'a@b.c ' },
      { subject: 'Hello ' },
    ]) {
      expect([filters, await count(filters)]).toEqual([filters, 0]);
    }
    const configs = (filters: object): Promise<number> => app.configs.count({ filters });
    expect(await configs({ type: 'generic', security: 'none', health: 'untested' })).toBe(2);
    for (const filters of [{ type: 'generic ' }, { security: 'none ' }, { health: 'untested ' }, { search: 'main ' }, { name: 'cafe ' }]) {
      expect([filters, await configs(filters)]).toEqual([filters, 0]);
    }
    expect(await app.history.find({ action: 'create' })).toHaveLength(2);
    for (const query of [
      { action: 'create ' },
      { person: 'nobody ' },
      { record: { type: 'config ', id: 'x' } },
      { recordType: 'config ' },
    ]) {
      expect(await app.history.find(query as never)).toEqual([]);
    }
    const id = (await app.log.find())[0]!.id;
    expect(await app.log.findMany([`${id} `, id.toUpperCase()])).toEqual([]);
  });

  it.each(WRONG)('match nothing for %j, which no database can store', async (text) => {
    for (const field of ['status', 'activity', 'config', 'recipient', 'subject']) {
      expect(await app.log.find({ filters: { [field]: text } })).toEqual([]);
      expect(await app.log.count({ filters: { [field]: text } })).toBe(0);
      expect(await app.log.retryMany({ [field]: text })).toMatchObject({ done: 0 });
    }
    for (const field of ['search', 'name', 'host', 'fromAddress', 'fromName', 'username', 'description', 'type', 'security', 'health']) {
      expect(await app.configs.find({ filters: { [field]: text } })).toEqual([]);
      expect(await app.configs.count({ filters: { [field]: text } })).toBe(0);
    }
    const fields = ['person', 'action', 'after', 'before', 'recordType', 'recordText'];
    for (const query of [...fields.map((field) => ({ [field]: text })), { record: { type: text, id: text } }]) {
      expect(await app.history.find(query as never)).toEqual([]);
    }
    expect(await app.configs.findMany([text])).toEqual([]);
    expect(await app.log.findMany([text])).toEqual([]);
    expect(await app.log.findOne(text)).toBeNull();
    expect(await app.log.retryMany([text])).toMatchObject({ done: 0 });
    expect(await app.log.waitingFor({ id: text })).toEqual({ own: 0, ofDefault: expect.any(Number) });
    expect(await app.activities.findOne(text)).toBeNull();
    for (const call of [
      app.log.cancel(text),
      app.log.preview(text),
      app.log.details(text),
      app.log.eml(text),
      app.log.attachment(text, 0),
      app.log.retryNow(text),
      app.configs.remove(text),
      app.configs.setDefault(text),
      app.activities.assign(text, null),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(app.activities.assign('invoice', text)).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(app.log.tryConfigNow(text)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(app.mail.send({ ...mail, config: text })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await expect(app.mail.send({ ...mail, idempotencyKey: text })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('are limited in number per call', async () => {
    const many = Array.from({ length: 501 }, (_, index) => `id${index}`);
    for (const call of [app.configs.findMany(many), app.log.findMany(many), app.log.retryMany(many)]) {
      await expect(call).rejects.toMatchObject({ code: 'VALIDATION', fields: { ids: { code: 'too_many' } } });
    }
    for (const [query, field] of [
      [{ limit: 1_001 }, 'limit'],
      [{ limit: -1 }, 'limit'],
      [{ offset: 1e300 }, 'offset'],
      [{ offset: '1' }, 'offset'],
    ] as const) {
      for (const call of [app.configs.find(query as never), app.log.find(query as never)]) {
        await expect(call).rejects.toMatchObject({ code: 'VALIDATION', fields: { [field]: expect.anything() } });
      }
    }
    const sortBy = expect.anything();
    await expect(app.configs.find({ sortBy: 'id; DROP' } as never)).rejects.toMatchObject({ code: 'VALIDATION', fields: { sortBy } });
    const config = (fields: object) =>
      app.configs.create({ name: 'x', host: 'localhost', security: 'none', authRequired: false, fromAddress: 'a@b.c', ...fields });
    const list = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${index}@b.c`);
    for (const [field, count] of [
      ['cc', 51],
      ['bcc', 1_001],
      ['copyActivities', 201],
      ['copyActivities', 100_000],
    ] as const) {
      await expect(config({ [field]: list(count) })).rejects.toMatchObject({
        code: 'VALIDATION',
        fields: { [field]: { code: 'too_long' } },
      });
    }
  });
});
