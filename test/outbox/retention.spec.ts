import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboxStore } from '../../lib/outbox/outbox.store.js';
import { RetentionStore } from '../../lib/outbox/retention.store.js';
import { SmtpDatabase } from '../../lib/database/database.js';
import { smtpEntities } from '../../lib/smtp.entities.js';
import { databases } from '../support/databases.js';
import { startOn } from '../support/smtp-app.js';

describe.each(databases)('Retention on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let database: SmtpDatabase;
  let store: RetentionStore;
  beforeAll(async () => {
    app = await startOn(kind, { delivery: { run: false }, activities: [{ key: 'reset', sensitive: true }] });
    database = new SmtpDatabase(() => app.dataSource, smtpEntities);
    store = new RetentionStore(database);
    await app.configs.create({ name: 'main', host: 'localhost', username: 'a@b.c', password: 'p', isDefault: true });
  });
  afterAll(() => app.close());
  const count = async (table: string): Promise<number> => Number((await app.dataSource.query(`SELECT count(*) AS n FROM ${table}`))[0].n);

  it('deletes bodies first, then messages, in chunks, and keeps waiting mail', async () => {
    const mail = { to: 'a@b.c', subject: 's', text: 't' };
    for (let i = 0; i < 6; i++) await app.mail.send(mail);
    const [oldest] = await app.dataSource.query('SELECT id FROM smtp_message ORDER BY id');
    await app.dataSource.query(`UPDATE smtp_message SET status = 'sent', delete_body_at = 1 WHERE id <> '${oldest.id as string}'`);
    expect(await store.purgeBodies(3)).toBe(true);
    expect(await count('smtp_message_body')).toBe(3);
    expect(await store.purgeBodies(3)).toBe(false);
    expect(await count('smtp_message_body')).toBe(1);
    expect(await store.purgeMessages(86_400_000, 100)).toBe(false);
    expect(await count('smtp_message')).toBe(6);
    expect(await store.purgeMessages(-60_000, 3)).toBe(true);
    expect(await store.purgeMessages(-60_000, 3)).toBe(false);
    expect(await app.dataSource.query('SELECT id, status FROM smtp_message')).toEqual([{ id: oldest.id, status: 'queued' }]);
    expect(await count('smtp_message_body')).toBe(1);
  });

  it('deletes the body of sensitive mail as soon as it expires', async () => {
    await app.mail.send({ to: 'a@b.c', subject: 's', text: 'token', activity: 'reset', expiresAt: new Date(Date.now() - 1) });
    await new OutboxStore(database, new Set()).expire();
    await store.purgeBodies(100);
    expect(await app.dataSource.query("SELECT content FROM smtp_message_body WHERE content LIKE '%token%'")).toEqual([]);
  });
});
