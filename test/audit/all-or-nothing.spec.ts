import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpAudit, type SmtpAuditEntry, SmtpMessage } from '../../lib/index.js';
import { databases } from '../support/databases.js';
import { KEY, startOn, startSmtpApp } from '../support/smtp-app.js';
import { sumCounts } from '../../lib/shared/mail-log.js';

const config = (name: string) => ({ name, host: 'localhost', username: 'a@b.c', password: 'p' });

describe.each(databases)('A change and its history entry on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let id: string;
  let other: string;
  const options = { activities: [{ key: 'invoice' }], delivery: { run: false } };

  beforeAll(async () => {
    app = await startOn(kind, options);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const row of await app.configs.find()) await app.configs.remove(row.id);
    await app.activities.assign('invoice', null);
    await app.dataSource.getRepository(SmtpMessage).createQueryBuilder().delete().execute();
    ({ id } = await app.configs.create({ ...config('main'), isDefault: true }));
    ({ id: other } = await app.configs.create(config('other')));
    await app.dataSource.getRepository(SmtpAudit).createQueryBuilder().delete().execute();
  });

  const entries = async (): Promise<SmtpAuditEntry[]> => (await app.history.find({ limit: 500 })).toReversed();
  const tables = ['smtp_config', 'smtp_config_status', 'smtp_config_test', 'smtp_default', 'smtp_activity', 'smtp_message'];
  const state = async (): Promise<string> =>
    JSON.stringify(await Promise.all(tables.map((table) => app.dataSource.query(`SELECT * FROM ${table} ORDER BY 1`))));
  const queue = async (status: string): Promise<string> => {
    const queued = await app.mail.send({ to: 'a@b.c', subject: 's', text: 't', attachments: [{ content: 'x' }] });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    await app.dataSource.createQueryBuilder().update('smtp_message').set({ status }).where({ id: queued.id }).execute();
    return queued.id;
  };
  /** Runs `work` while the history cannot be written. */
  const withoutHistory = async (work: () => Promise<unknown>): Promise<void> => {
    const rename = (from: string, to: string) => app.dataSource.query(`ALTER TABLE ${from} RENAME TO ${to}`);
    await rename('smtp_audit', 'smtp_audit_away');
    try {
      await work();
    } finally {
      await rename('smtp_audit_away', 'smtp_audit');
    }
  };

  const changes: [string, () => Promise<() => Promise<unknown>>][] = [
    ['create', async () => () => app.configs.create({ ...config('new'), isDefault: true })],
    ['update', async () => () => app.configs.update(id, { description: 'new', isDefault: false })],
    ['remove', async () => () => app.configs.remove(id)],
    ['setDefault', async () => () => app.configs.setDefault(other)],
    ['duplicate', async () => () => app.configs.duplicate(id, { password: 'p' })],
    ['assign', async () => () => app.activities.assign('invoice', id)],
    [
      'retryNow',
      async () =>
        (
          (message) => () =>
            app.log.retryNow(message)
        )(await queue('failed')),
    ],
    [
      'cancel',
      async () =>
        (
          (message) => () =>
            app.log.cancel(message)
        )(await queue('queued')),
    ],
    [
      'resend',
      async () =>
        (
          (message) => () =>
            app.log.resend(message, { to: 'original' })
        )(await queue('sent')),
    ],
    [
      'preview',
      async () =>
        (
          (message) => () =>
            app.log.preview(message)
        )(await queue('sent')),
    ],
    [
      'eml',
      async () =>
        (
          (message) => () =>
            app.log.eml(message)
        )(await queue('sent')),
    ],
    [
      'attachment',
      async () =>
        (
          (message) => () =>
            app.log.attachment(message, 0)
        )(await queue('sent')),
    ],
    ['export', async () => () => app.log.export()],
  ];

  it.each(changes)('%s does nothing if its entry cannot be stored', async (_name, prepare) => {
    const change = await prepare();
    const before = await state();
    await withoutHistory(() => expect(change()).rejects.toMatchObject({ code: 'DATABASE' }));
    expect(await state()).toBe(before);
    await change();
    expect(await entries()).toHaveLength(1);
  });

  it('reencryptSecrets does nothing if its entry cannot be stored', async () => {
    const keys = { k1: KEY, k2: Buffer.alloc(32, 9).toString('base64') };
    const rotated = await startSmtpApp(app.database, { ...options, encryption: { current: 'k2', keys } });
    const before = await state();
    await withoutHistory(() => expect(rotated.configs.reencryptSecrets()).rejects.toMatchObject({ code: 'DATABASE' }));
    expect(await state()).toBe(before);
    await rotated.close();
  });

  it('are stored together even with a manager that is not in a transaction', async () => {
    const before = await state();
    const { manager } = app.dataSource;
    await withoutHistory(async () => {
      await expect(app.configs.update(id, { description: 'new' }, { manager })).rejects.toMatchObject({ code: 'DATABASE' });
      await expect(app.configs.remove(id, { manager })).rejects.toMatchObject({ code: 'DATABASE' });
    });
    expect(await state()).toBe(before);
  });

  // Only PostgreSQL ends the application's transaction after a failed statement.
  it('are both missing if the application catches the error and commits', async () => {
    const before = await state();
    await withoutHistory(() =>
      app.dataSource.transaction(async (manager) => {
        await app.configs.update(id, { description: 'new' }, { manager }).catch(() => undefined);
        await app.configs.setDefault(other, { manager }).catch(() => undefined);
      }),
    );
    expect(await state()).toBe(before);
  });

  it('are both missing after a rollback of the application, and both stored after a commit', async () => {
    const change = async (manager: typeof app.dataSource.manager): Promise<void> => {
      await app.configs.create(config('new'), { manager });
      await app.configs.update(id, { description: 'new' }, { manager });
      await app.configs.setDefault(other, { manager });
    };
    const before = await state();
    const rolledBack = app.dataSource.transaction(async (manager) => {
      await change(manager);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect([await state(), await entries()]).toEqual([before, []]);
    await app.dataSource.transaction(change);
    expect((await entries()).map(({ action }) => action)).toEqual(['create', 'update', 'set_default']);
  });

  it('are both missing after a refusal', async () => {
    const viewer = { admin: { email: 'v@acme.io', role: 'VIEWER' } };
    const gone = '00000000-0000-4000-8000-000000000000';
    const sent = await queue('sent');
    const refused = [
      app.configs.create({ ...config('main') }),
      app.configs.update(id, { description: 'x' }, viewer),
      app.configs.update(id, { description: 'x', version: 99 }),
      app.configs.update(id, { port: 0 }),
      app.configs.remove(gone),
      app.configs.setDefault(gone),
      app.configs.duplicate(id, {}),
      app.activities.assign('invoice', gone),
      app.activities.assign('nothing', id),
      app.log.retryNow(sent),
    ];
    for (const { status } of await Promise.allSettled(refused)) expect(status).toBe('rejected');
    expect(await app.log.cancel(sent)).toBe(false);
    expect(await entries()).toEqual([]);
  });

  it('are stored once for racing updates', async () => {
    const racing = Array.from({ length: 8 }, (_, i) => app.configs.update(id, { description: `by ${i}`, version: 1 }));
    const done = (await Promise.allSettled(racing)).filter(({ status }) => status === 'fulfilled');
    expect(done).toHaveLength(1);
    const { description } = (await app.configs.findOne(id))!;
    expect(await entries()).toMatchObject([{ changes: { description: { before: null, after: description } } }]);
  });

  it('form a chain without gaps for racing changes of the default', async () => {
    const names = new Map([
      [id, 'main'],
      [other, 'other'],
    ]);
    await Promise.all(Array.from({ length: 12 }, (_, i) => app.configs.setDefault(i % 2 === 0 ? other : id)));
    const chain = await entries();
    expect(chain.length).toBeGreaterThan(0);
    let standing = 'main';
    for (const { recordName, details, changes: moved } of chain) {
      expect({ moved, from: details.previousDefault }).toEqual({ moved: { isDefault: { before: false, after: true } }, from: standing });
      standing = recordName!;
    }
    expect(standing).toBe(names.get((await app.configs.findDefault())!.id));
  });

  it('form a chain without gaps for racing changes of an activity', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => app.activities.assign('invoice', [id, other, null][i % 3]!)));
    let chosen: unknown = null;
    for (const { changes: choice } of await entries()) {
      expect(choice.configId!.before).toBe(chosen);
      expect(choice.configId!.after).not.toBe(chosen);
      chosen = choice.configId!.after;
    }
    expect((await app.activities.findOne('invoice'))!.configId).toBe(chosen);
  });

  it('are stored once for racing deletions', async () => {
    const done = await Promise.allSettled([app.configs.remove(id), app.configs.remove(id), app.configs.remove(id)]);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await entries()).map(({ action }) => action)).toEqual(['delete']);
  });

  it('are stored once per message for racing retries', async () => {
    const ids = [await queue('failed'), await queue('expired'), await queue('sent')];
    const retried = await Promise.all([app.log.retryMany(ids), app.log.retryMany(ids)]);
    const again = (await entries()).length;
    // Making a waiting message due again adds an entry of its own.
    const begun = retried.map(({ notDone }) => ids.length - sumCounts(notDone));
    expect(begun.reduce((sum, count) => sum + count)).toBe(again);
    expect(new Set((await entries()).map(({ record }) => record!.id))).toEqual(new Set(ids.slice(0, 2)));
  });
});
