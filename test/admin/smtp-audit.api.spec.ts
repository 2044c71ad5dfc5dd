import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpAudit, type SmtpAuditEntry } from '../../lib/index.js';
import { uuid7 } from '../../lib/database/uuid7.js';
import type { HistoryPage } from '../../lib/shared/audit.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';

const LIST = '/api/resources/SmtpAudit/actions/list';
const HOUR = 3_600_000;

describe('The change history over the API', () => {
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  const rows = () => app.dataSource.getRepository(SmtpAudit);
  /** Stores an entry of this age and returns its id. */
  const add = async (hours: number, values: Partial<SmtpAudit> = {}): Promise<string> => {
    const id = uuid7();
    const record = { recordType: null, recordId: null, recordName: null };
    const row = { caller: 'admin' as const, person: 'ann@acme.io', personId: '7', address: '203.0.113.7', action: 'update' as const };
    await rows().insert({ ...row, ...record, changes: {}, details: {}, ...values, id, at: new Date(Date.now() - hours * HOUR) });
    return id;
  };
  const read = async (query = '', client = viewer): Promise<HistoryPage> => (await client.get(`${LIST}?${query}`)).json.history;
  const idsOf = async (query = ''): Promise<string[]> => (await read(query)).entries.map(({ id }) => id);
  const configure = (name: string) =>
    app.configs.create({ name, host: 'localhost', security: 'none', authRequired: false, fromAddress: 'a@b.c' });

  beforeAll(async () => {
    const activities = [
      { key: 'invoice', label: 'Invoices' },
      { key: 'reset', sensitive: true },
    ];
    app = await startAdminApp('sqlite', { activities, delivery: { run: false }, access: { view: ['ADMINISTRATION_MANAGER', 'VIEWER'] } });
    [manager, viewer] = await Promise.all([app.signIn('admin@example.com'), app.signIn('viewer@example.com')]);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    await rows().createQueryBuilder().delete().execute();
  });

  it('is available only to admins with permission to view it', async () => {
    const id = await add(1);
    expect(await read('', viewer)).toMatchObject({ entries: [{ id, person: 'ann@acme.io', address: '203.0.113.7' }] });
    expect(await read('', manager)).toMatchObject({ entries: [{ id }] });
    const { raw } = await app.nobody.get(LIST);
    expect(raw).not.toContain('ann@acme.io');
    const limited = await startAdminApp('sqlite', { delivery: { run: false }, access: { view: ['ADMINISTRATION_MANAGER'] } });
    await limited.configs.create({ host: 'localhost', name: 'secret_name', security: 'none', authRequired: false, fromAddress: 'a@b.c' });
    const refused = await (await limited.signIn('viewer@example.com')).get(LIST);
    expect(refused.raw).not.toContain('secret_name');
    expect(refused.json.history).toBeUndefined();
    await limited.close();
  });

  it('cannot be changed by any request', async () => {
    const { id: configId } = await configure('main');
    const [entry] = await app.history.find();
    const before = JSON.stringify(await rows().find());
    const forged = { id: entry!.id, person: 'somebody@else.io', action: 'delete', at: new Date(1), changes: {} };
    for (const client of [manager, viewer, app.nobody]) {
      for (const action of ['new', 'list', 'search', 'bulkDelete', 'edit', 'delete'])
        await client.post(`/api/resources/SmtpAudit/actions/${action}`, forged);
      for (const id of [entry!.id, configId])
        for (const action of ['edit', 'delete', 'show', 'list'])
          await client.post(`/api/resources/SmtpAudit/records/${id}/${action}`, forged);
      for (const action of ['bulkDelete', 'delete', 'list'])
        await client.post(`/api/resources/SmtpAudit/bulk/${action}?recordIds=${entry!.id}`, forged);
    }
    expect(JSON.stringify(await rows().find())).toBe(before);
  });

  it('filters by person, record, action and time', async () => {
    const config = { recordType: 'config' as const, recordId: '0bbf9c7a-1111-4222-8333-123456789abc', recordName: 'Main' };
    const ann = await add(3, config);
    const bob = await add(2, {
      person: 'bob@acme.io',
      action: 'assign',
      recordType: 'activity',
      recordId: 'invoice',
      recordName: 'Invoices',
    });
    const host = await add(1, {
      caller: 'application',
      person: null,
      action: 'test',
      recordType: 'config',
      recordId: 'other',
      recordName: 'spare',
    });
    expect(await idsOf()).toEqual([host, bob, ann]);
    expect(await idsOf('filters.person=ANN')).toEqual([ann]);
    expect(await idsOf('filters.action=assign')).toEqual([bob]);
    expect(await idsOf('filters.recordType=config')).toEqual([host, ann]);
    expect(await idsOf('filters.record=main')).toEqual([ann]);
    expect(await idsOf('filters.record=invoice')).toEqual([bob]);
    expect(await idsOf(`filters.record=${config.recordId}`)).toEqual([ann]);
    expect(await idsOf(`filters.recordType=config&filters.record=${config.recordId}`)).toEqual([ann]);
    expect(await idsOf(`filters.recordType=message&filters.record=${config.recordId}`)).toEqual([]);
    const at = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();
    expect(await idsOf(`filters.from=${at(2.5)}&filters.to=${at(1.5)}`)).toEqual([bob]);
    expect(await idsOf('filters.person=&filters.action=')).toEqual([host, bob, ann]);
    expect(await idsOf('filters.action=unheard_of')).toEqual([]);
  });

  it.each([
    'filters.nothing=x',
    'filters=x',
    'filters[person]=x',
    'filters.person=a&filters.person=b',
    'filters.from=yesterday',
    'after=a&after=b',
  ])('rejects %s instead of showing everything', async (query) => {
    const id = await add(1);
    const { status, raw, json } = await viewer.get(`${LIST}?${query}`);
    expect(status).toBeLessThan(500);
    expect(json.notice).toMatchObject({ type: 'error', message: 'filterUnknown' });
    expect(raw).not.toContain(id);
  });

  it('pages in both directions without a count', async () => {
    const ids: string[] = [];
    for (let hours = 1; hours <= 7; hours++) ids.push(await add(hours));
    const first = await read('perPage=3');
    expect(first).toMatchObject({ hasNewer: false, hasOlder: true });
    expect(first.entries.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const second = await read(`perPage=3&after=${ids[2]}`);
    expect(second).toMatchObject({ hasNewer: true, hasOlder: true });
    expect(second.entries.map(({ id }) => id)).toEqual(ids.slice(3, 6));
    const last = await read(`perPage=3&after=${ids[5]}`);
    expect(last).toMatchObject({ hasNewer: true, hasOlder: false });
    expect(last.entries.map(({ id }) => id)).toEqual(ids.slice(6));
    const back = await read(`perPage=3&before=${ids[6]}`);
    expect(back).toMatchObject({ hasNewer: true, hasOlder: true });
    expect(back.entries.map(({ id }) => id)).toEqual(ids.slice(3, 6));
    const newest = await read(`perPage=3&before=${ids[3]}`);
    expect(newest).toMatchObject({ hasNewer: false, hasOlder: true });
    expect(newest.entries.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    // With fewer newer entries than fit on a page, the first page is filled up.
    expect((await read(`perPage=3&before=${ids[1]}`)).entries.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect(await read('perPage=3&after=no-such-entry')).toMatchObject({ entries: [], hasOlder: false });
    expect((await read('perPage=1000000')).entries).toHaveLength(7);
    expect((await read('perPage=0')).entries).toHaveLength(1);
  });

  it('shows existing records with their current names, and no sensitive subjects', async () => {
    const kept = await configure('main');
    const gone = await configure('gone');
    const copy = await app.configs.duplicate(kept.id);
    await app.configs.update(kept.id, { name: 'renamed' });
    await app.configs.remove(gone.id);
    await app.activities.assign('invoice', copy.id);
    await app.configs.setDefault(kept.id);
    const send = async (activity: string): Promise<string> => {
      const queued = await app.mail.send({ to: 'a@b.c', subject: `About ${activity}`, text: 't', activity });
      return queued.status === 'queued' ? queued.id : '';
    };
    const [open, sensitive] = [await send('invoice'), await send('reset')];
    await app.log.preview(open);
    const resent = await app.log.resend(open, { to: 'x@y.z' });
    await app.log.retryNow(sensitive);
    await add(1, { recordType: 'activity', recordId: 'no_longer_declared' });
    const { existing } = await read();
    expect(existing).toEqual({
      config: { [kept.id]: 'renamed', [copy.id]: 'main_copied' },
      activity: { invoice: 'Invoices' },
      message: { [open]: 'About invoice', [resent.id]: 'About invoice', [sensitive]: null },
    });
    expect((await viewer.get(LIST)).raw).not.toContain('About reset');
  });

  it('shows damaged entries next to intact ones', async () => {
    const sound = await add(2);
    const damaged = await add(1, { recordType: '__proto__' as never, recordId: 'constructor', action: 'unheard_of' as never });
    await app.dataSource.query(
      `UPDATE smtp_audit SET changes = '{"password":{"before":"hunter2","after":{"x":1}},"a":1}', details = '[1' WHERE id = ?`,
      [damaged],
    );
    const timeless = await add(3, { caller: 'nobody' as never });
    await app.dataSource.query(`UPDATE smtp_audit SET at = 'soon', details = '{"resent":5,"originalId":{"a":1}}' WHERE id = ?`, [timeless]);
    const { raw, json } = await viewer.get(LIST);
    const { entries } = json.history as { entries: SmtpAuditEntry[] };
    expect(entries.map(({ id }) => id)).toEqual([timeless, damaged, sound]);
    expect(entries[1]).toMatchObject({ changes: { password: { before: 'set', after: 'set' } }, details: {} });
    expect(entries[0]).toMatchObject({ at: null });
    expect(raw).not.toContain('hunter2');
  });
});
