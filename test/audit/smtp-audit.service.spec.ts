import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpAudit, type SmtpAuditEntry, type SmtpAuditQuery } from '../../lib/index.js';
import { RetentionStore } from '../../lib/outbox/retention.store.js';
import { SmtpDatabase } from '../../lib/database/database.js';
import { smtpEntities } from '../../lib/smtp.entities.js';
import { uuid7, uuid7Before } from '../../lib/database/uuid7.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startOn, startSmtpApp } from '../support/smtp-app.js';

const DAY_MS = 86_400_000;

describe.each(databases)('SmtpAuditService on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  const rows = () => app.dataSource.getRepository(SmtpAudit);
  const blank = { caller: 'admin', personId: null, address: null, recordType: null, recordId: null, recordName: null } as const;
  /** Inserts a row with this time, which only its id distinguishes from others. */
  const add = async (at: number, values: Partial<SmtpAudit> = {}): Promise<string> => {
    const id = uuid7();
    const row = { ...blank, person: 'ann@acme.io', action: 'update' as const, changes: {}, details: {}, ...values, id, at: new Date(at) };
    await rows().insert(row);
    return id;
  };
  /** Wraps values so that no column transformer changes them. */
  const raw = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, text]) => [name, () => `'${text}'`]));
  const found = async (query: SmtpAuditQuery): Promise<string[]> => (await app.history.find(query)).map(({ id }) => id);

  beforeAll(async () => {
    app = await startOn(kind, { delivery: { run: false } });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await rows().createQueryBuilder().delete().execute();
  });

  it('returns entries with the newest first, page by page, without gaps or repetitions', async () => {
    const ids: string[] = [];
    // Three entries have the same time, and one comes from a process with a slow clock.
    for (const at of [1_000, 2_000, 2_000, 2_000, 3_000, 500]) ids.push(await add(at));
    const expected = [ids[4], ids[3], ids[2], ids[1], ids[0], ids[5]];
    expect(await found({})).toEqual(expected);
    const paged: string[] = [];
    for (let page = await found({ limit: 2 }); page.length > 0; page = await found({ limit: 2, after: page.at(-1) })) paged.push(...page);
    expect(paged).toEqual(expected);
    expect(await found({ after: 'no such entry' })).toEqual([]);
  });

  it('returns newer pages, even if several entries have the same time', async () => {
    for (const at of [1_000, 2_000, 2_000, 2_000, 3_000, 500]) await add(at);
    const all = await found({});
    for (const [index, before] of all.entries())
      expect(await found({ limit: 2, before })).toEqual(all.slice(Math.max(0, index - 2), index));
    expect(await found({ before: 'no such entry' })).toEqual([]);
  });

  it('returns entries by id, in the order of their creation', async () => {
    const first = await add(3_000);
    await add(2_000);
    const third = await add(1_000);
    const ids = await app.history.findMany([third, 'none', '\0', first]);
    expect(ids.map(({ id }) => id)).toEqual([first, third]);
    expect(await app.history.findMany(['\0'])).toEqual([]);
  });

  it('filters by person, record, action and time', async () => {
    const ann = await add(1_000, { recordType: 'config', recordId: 'a' });
    const bob = await add(2_000, { person: 'Bob@acme.io', action: 'delete', recordType: 'activity', recordId: 'a' });
    const host = await add(3_000, { caller: 'application', person: null });
    for (const person of ['ann@acme.io', 'ANN@', 'ann']) expect(await found({ person })).toEqual([ann]);
    expect(await found({ person: '@acme.io' })).toEqual([bob, ann]);
    for (const person of ['%', '_', 'ann@acme.io ']) expect(await found({ person })).toEqual([]);
    expect(await found({ record: { type: 'config', id: 'a' } })).toEqual([ann]);
    expect(await found({ record: { type: 'config', id: 'A' } })).toEqual([]);
    expect(await found({ recordType: 'config' })).toEqual([ann]);
    expect(await found({ recordType: 'message' })).toEqual([]);
    expect(await found({ action: 'delete' })).toEqual([bob]);
    expect(await found({ from: new Date(2_000), to: new Date(4_000) })).toEqual([host, bob]);
    for (const query of [{ person: '\0' }, { record: { type: 'config', id: '\0' } }, { action: '\0' }, { after: '\0' }])
      expect(await found(query as SmtpAuditQuery)).toEqual([]);
    for (const query of [{ recordType: '\0' }, { recordText: '\0' }, { before: '\0' }])
      expect(await found(query as SmtpAuditQuery)).toEqual([]);
  });

  it('finds a record by its exact id, and by part of any name it has had', async () => {
    const old = await add(1_000, { recordType: 'config', recordId: 'c-1', recordName: 'Old Main' });
    const renamed = await add(2_000, { recordType: 'config', recordId: 'c-1', recordName: 'spare_100%' });
    await add(3_000, { recordType: 'config', recordId: 'c-12', recordName: 'other' });
    expect(await found({ recordText: 'c-1' })).toEqual([renamed, old]);
    expect(await found({ recordText: 'main' })).toEqual([old]);
    expect(await found({ recordText: '100%' })).toEqual([renamed]);
    expect(await found({ recordText: 'C-1' })).toEqual([]);
    expect(await found({ recordText: '_' })).toEqual([renamed]);
    expect(await found({ recordText: 'main', recordType: 'activity' })).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a person that is not a string', { person: {} }, 'person'],
    ['an invalid time', { from: new Date(Number.NaN) }, 'from'],
    ['a time that is a string', { to: '2026-01-01' }, 'to'],
    ['a record without its type', { record: { id: 'a' } }, 'record'],
    ['no record', { record: null }, 'record'],
    ['a limit of 0', { limit: 0 }, 'limit'],
    ['a limit over the maximum', { limit: 501 }, 'limit'],
    ['a type that is not a string', { recordType: ['config'] }, 'recordType'],
    ['both "after" and "before"', { after: 'a', before: 'b' }, 'before'],
  ])('rejects %s', async (_what, query, field) => {
    await expect(app.history.find(query)).rejects.toMatchObject({ code: 'VALIDATION', fields: { [field]: {} } });
  });

  it('requires permission to view, except for the application’s own code', async () => {
    const id = await add(1_000);
    const limited = await startSmtpApp(app.database, { delivery: { run: false }, access: { view: ['VIEWER'] } });
    for (const admin of [null, {}, { role: 'OTHER' }]) {
      await expect(limited.history.find({}, { admin })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(limited.history.findMany([id], { admin })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await limited.history.find({}, { admin: { role: 'VIEWER' } })).toMatchObject([{ id }]);
    expect(await limited.history.findMany([id], { admin: { role: 'VIEWER' } })).toMatchObject([{ id }]);
    await limited.close();
  });

  it.each(['{', '[]', '"text"', 'null', '{"name":"x","host":null,"port":{"before":1}}'])(
    'reads other rows despite a damaged one: %s',
    async (json) => {
      const damaged = await add(2_000);
      const sound = await add(1_000, { changes: { name: { before: 'a', after: 'b' } } });
      await app.dataSource
        .createQueryBuilder()
        .update('smtp_audit')
        .set({ changes: () => ':json' })
        .where({ id: damaged })
        .setParameters({ json })
        .execute();
      expect(await app.history.find()).toMatchObject([
        { id: damaged, changes: {} },
        { id: sound, changes: { name: { before: 'a', after: 'b' } } },
      ]);
    },
  );

  it('keeps the intact part of a damaged row, but no secret', async () => {
    const id = await add(1_000);
    const changes = {
      host: { before: { a: 1 }, after: ['x', { b: 2 }] },
      password: { before: 'hunter2', after: ['hunter2'] },
      clientSecret: { before: null, after: 'changed' },
    };
    const values = { changes: JSON.stringify(changes), details: '{"ok":{"deep":true},"to":"a@b.c"}', action: 'unheard_of' };
    await app.dataSource.createQueryBuilder().update('smtp_audit').set(raw(values)).where({ id }).execute();
    expect(await app.history.find()).toMatchObject([
      {
        id,
        action: 'unheard_of',
        changes: {
          host: { before: '{"a":1}', after: ['x', '{"b":2}'] },
          password: { before: 'set', after: 'set' },
          clientSecret: { before: null, after: 'changed' },
        },
        details: { ok: '{"deep":true}', to: 'a@b.c' },
      },
    ]);
  });

  it('deletes old entries in chunks', async () => {
    const store = new RetentionStore(new SmtpDatabase(() => app.dataSource, smtpEntities));
    const now = Date.now();
    for (let days = 0; days < 5; days++) await add(now - days * 100 * DAY_MS);
    const kept = await found({ limit: 2 });
    expect(await store.purgeAudit(150 * DAY_MS, 2)).toBe(true);
    expect(await app.history.find()).toHaveLength(3);
    expect(await store.purgeAudit(150 * DAY_MS, 2)).toBe(false);
    expect(await found({})).toEqual(kept);
    expect(await store.purgeAudit(Number.MAX_SAFE_INTEGER, 2)).toBe(false);
    expect(await found({})).toEqual(kept);
  });
});

describe.each(databases)('The change history of a delivering process, on $name', ({ name: kind }) => {
  it('is kept for "audit.retentionMs"', async () => {
    const app = await startOn(kind, { delivery: { run: false } });
    const entry = { caller: 'application', action: 'create', changes: {}, details: {} } as const;
    const ages = { old: 3 * DAY_MS, young: DAY_MS };
    for (const [id, age] of Object.entries(ages)) {
      await app.dataSource.getRepository(SmtpAudit).insert({ ...entry, id, at: new Date(Date.now() - age) });
    }
    const delivering = await startSmtpApp(app.database, { audit: { retentionMs: 2 * DAY_MS } });
    await eventually(async () => expect((await app.history.find()).map(({ id }) => id)).toEqual(['young']));
    await delivering.close();
    await app.close();
  });

  it('is kept forever if the option is false', async () => {
    const app = await startOn(kind, { delivery: { run: false } });
    const entry = { caller: 'application', action: 'create', changes: {}, details: {}, id: 'old', at: new Date(1) } as const;
    await app.dataSource.getRepository(SmtpAudit).insert(entry);
    await app.configs.create({ name: 'main', host: 'localhost', username: 'a@b.c', password: 'p', isDefault: true });
    await app.mail.send({ to: 'a@b.c', subject: 's', text: 't' });
    const id = uuid7Before(1);
    await app.dataSource.query(`UPDATE smtp_message SET id = '${id}', status = 'cancelled'`);
    const delivering = await startSmtpApp(app.database, { audit: { retentionMs: false } });
    // Messages are deleted after history entries.
    await eventually(async () => expect(await app.log.findOne(id)).toBeNull());
    expect((await app.history.find()).map((found) => found.id)).toContain('old');
    await delivering.close();
    await app.close();
  });
});

describe.each(databases)('The hook of the change history on $name', ({ name: kind }) => {
  const config = (name: string) => ({ name, host: 'localhost', username: 'a@b.c', password: 'p' });
  const start = (onEntry: (entry: SmtpAuditEntry) => void | Promise<void>) =>
    startOn(kind, { delivery: { run: false }, audit: { onEntry } });

  it('receives stored entries once they are committed', async () => {
    const told: SmtpAuditEntry[] = [];
    const app = await start((entry) => void told.push(entry));
    await app.configs.create(config('own'), { person: 'a job' });
    await eventually(async () => expect(told).toEqual(await app.history.find()));
    await app.dataSource.transaction(async (manager) => {
      await app.configs.create(config('first'), { manager });
      await manager.transaction((nested) => app.configs.create(config('second'), { manager: nested }));
      const undone = manager.transaction(async (nested) => {
        await app.configs.create(config('undone'), { manager: nested });
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(told).toHaveLength(1);
    });
    await eventually(() => expect(told.map(({ recordName }) => recordName)).toEqual(['own', 'first', 'second']));
    const rolledBack = app.dataSource.transaction(async (manager) => {
      await app.configs.create(config('gone'), { manager });
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await app.dataSource.transaction((manager) => app.configs.create(config('last'), { manager }));
    await eventually(() => expect(told.map(({ recordName }) => recordName)).toEqual(['own', 'first', 'second', 'last']));
    await app.close();
  });

  it('receives entries in order, and the last ones before the application stops', async () => {
    const told: SmtpAuditEntry[] = [];
    const app = await start((entry) => void told.push(entry));
    const { id } = await app.configs.create(config('main'));
    for (let i = 0; i < 20; i++) await app.configs.update(id, { description: `${i}` });
    await app.close();
    expect(told.map(({ changes }) => changes.description?.after)).toEqual([undefined, ...Array.from({ length: 20 }, (_, i) => `${i}`)]);
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('broken hook');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken hook'))],
    ['never ends', () => new Promise(() => undefined)],
  ])('neither breaks nor delays a change if it %s', async (_what, hook) => {
    let calls = 0;
    const app = await start(() => (calls++, hook()));
    const { id } = await app.configs.create(config('main'));
    await app.configs.update(id, { description: 'new' });
    await eventually(() => expect(calls).toBe(2));
    expect(await app.configs.findOne(id)).toMatchObject({ description: 'new' });
    await app.close();
  });
});
