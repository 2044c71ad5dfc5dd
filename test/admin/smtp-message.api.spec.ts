import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../lib/index.js';
import { type AdminApp, type AdminClient, type Answer, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const BODY = 'The body of the message';
const SECRET_SUBJECT = 'Your code is K4711Z';
const SECRET_BODY = 'The code in the body is K4711Z';
const api = (action: string): string => `/api/resources/SmtpMessage/actions/${action}`;
const recordApi = (id: string, action: string): string => `/api/resources/SmtpMessage/records/${id}/${action}`;
const bulkApi = (ids: string[]): string => `/api/resources/SmtpMessage/bulk/retryNow?recordIds=${ids.join(',')}`;
const tables = ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_audit'];

describe.each(databases)('The mail log over the admin API on $name', ({ name: kind }) => {
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  let answers: Answer[];
  let id: string;
  let sensitive: string;
  let configId: string;

  const watch = (client: AdminClient): AdminClient => ({
    ...client,
    get: async (...args) => (answers.push(await client.get(...args)), answers.at(-1)!),
    post: async (...args) => (answers.push(await client.post(...args)), answers.at(-1)!),
    head: async (...args) => (answers.push(await client.head(...args)), answers.at(-1)!),
  });
  const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
    const mail = { to: 'a@b.c', subject: 'Hello', text: BODY, html: `<p>${BODY}</p>`, activity: 'invoice' };
    const queued = await app.mail.send({ ...mail, ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  /** Returns everything that the database holds about messages. */
  const readState = async (): Promise<string> =>
    JSON.stringify(await Promise.all(tables.map((table) => app.dataSource.query(`SELECT * FROM ${table} ORDER BY 1`))));
  const setStatus = (status: string) => app.dataSource.createQueryBuilder().update('smtp_message').set({ status }).where({ id }).execute();
  const readHistory = async () =>
    app.dataSource.query("SELECT person, action, record_id FROM smtp_audit WHERE record_type = 'message' ORDER BY id");
  const readWire = (): string => answers.map(({ raw }) => raw).join('\n');

  beforeAll(async () => {
    app = await startAdminApp(kind, {
      activities: [{ key: 'invoice' }, { key: 'reset', sensitive: true }],
      delivery: { run: false },
    });
    manager = watch(await app.signIn('admin@example.com'));
    viewer = watch(await app.signIn('viewer@example.com'));
    const config = { name: 'main', host: 'localhost', port: 2525, username: 'u@acme.io', password: 'p', isDefault: true };
    ({ id: configId } = await app.configs.create(config));
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    answers = [];
    for (const table of tables) await app.dataSource.query(`DELETE FROM ${table}`);
    id = await queue();
    sensitive = await queue({ activity: 'reset', subject: SECRET_SUBJECT, text: SECRET_BODY });
  });

  it('lists and shows messages without their bodies, with counts', async () => {
    const { json } = await viewer.get(api('list'));
    expect(json.meta).toMatchObject({ total: 2, counts: { waiting: 2, failed: 0 }, failing: [], canManage: false, countLimit: 10_000 });
    expect(json.records.map(({ params }: any) => params)).toMatchObject([
      { id: sensitive, sensitive: true, subject: null, status: 'queued', hasBody: true },
      { id, sensitive: false, subject: 'Hello', recipients: 'a@b.c', activity: 'invoice', priority: 'normal', attempts: 0, sentAt: null },
    ]);
    expect(json.records[0].recordActions.map(({ name }: any) => name)).toEqual(['show']);
    const shown = await viewer.get(recordApi(id, 'show'));
    expect(JSON.parse(shown.json.record.params.attemptsJson)).toEqual([]);
    expect((await viewer.get(`/resources/SmtpMessage/records/${id}/show`)).status).toBe(200);
    expect(readWire()).not.toContain(BODY);
  });

  it('names the configuration of a message, even if it is the default', async () => {
    const [{ params }] = (await viewer.get(api('list'))).json.records;
    expect(params).toMatchObject({ configName: 'main', usesDefault: true, sentBy: null });
  });

  it('counts again on request after a change in any process', async () => {
    expect((await manager.get(api('list'))).json.meta.counts).toMatchObject({ waiting: 2, failed: 0 });
    await app.dataSource.createQueryBuilder().update('smtp_message').set({ status: 'failed' }).where({ id }).execute();
    expect((await manager.get(`${api('list')}?fresh=true`)).json.meta.counts).toMatchObject({ waiting: 1, failed: 1 });
  });

  it('lists the recipients by outcome if their outcomes differ', async () => {
    const sender = {
      fromName: null,
      fromAddress: null,
      username: null,
      replyTo: null,
      signature: null,
      cc: [],
      bcc: [],
      copyActivities: [],
    };
    const refused = [{ address: 'x@y.z', code: 550, reply: '550 5.1.1 no such user', reason: 'recipient_refused' }];
    const frozen = JSON.stringify({ sender, remaining: [], refused });
    await app.dataSource.createQueryBuilder().update('smtp_message').set({ status: 'partially_sent', frozen }).where({ id }).execute();
    const { json } = await viewer.get(recordApi(id, 'show'));
    expect(JSON.parse(json.record.params.deliveryJson)).toMatchObject({
      accepted: ['a@b.c'],
      refused,
    });
  });

  it('opens the page of an action that is no longer possible', async () => {
    await app.dataSource.createQueryBuilder().update('smtp_message').set({ status: 'sent' }).where({ id }).execute();
    const listActions = async (action: string): Promise<string[]> =>
      (await manager.get(recordApi(id, action))).json.record.recordActions.map(({ name }: any) => name);
    expect(await listActions('show')).toEqual(['show', 'resend']);
    expect(await listActions('retryNow')).toEqual(['show', 'resend', 'retryNow']);
    expect((await manager.post(recordApi(id, 'retryNow'))).json.notice).toMatchObject({ type: 'error' });
    expect((await viewer.get(recordApi(id, 'retryNow'))).json.notice).toMatchObject({ type: 'error' });
  });

  it('filters by permitted fields, and rejects others', async () => {
    const listIds = async (query: string): Promise<string[]> =>
      (await viewer.get(`${api('list')}?${query}`)).json.records?.map((one: any) => one.id);
    expect(await listIds('filters.subject=hell')).toEqual([id]);
    expect(await listIds('filters.subject=K4711Z')).toEqual([]);
    expect(await listIds('filters.status=queued&filters.activity=reset')).toEqual([sensitive]);
    expect(await listIds('filters.recipients=A@B&filters.configName=main')).toEqual([sensitive, id]);
    expect(await listIds(`filters.createdAt~~from=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect(await listIds(`filters.createdAt~~to=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([sensitive, id]);
    expect(await listIds('perPage=1&page=2')).toEqual([id]);
    for (const query of [
      'filters.text=x',
      'filters.idempotencyKey=x',
      'filters.status=nothing',
      'filters.createdAt~~from=x',
      'filters.createdAt=x',
    ]) {
      expect((await viewer.get(`${api('list')}?${query}`)).json).toMatchObject({ notice: { type: 'error', message: 'filterUnknown' } });
    }
    for (const filter of ['subject', 'recipients', 'activity', 'configName']) expect(await listIds(`filters.${filter}=%00`)).toEqual([]);
    // A field that cannot be sorted by has no effect.
    expect(await listIds('sortBy=contentHash&direction=asc')).toHaveLength(2);
  });

  it('shows a manager the body, and records it', async () => {
    const { json } = await manager.post(recordApi(id, 'preview'));
    expect(json).toMatchObject({ preview: { text: BODY, html: `<p>${BODY}</p>` }, record: { id }, notice: { type: 'success' } });
    expect(await readHistory()).toEqual([{ person: 'admin@example.com', action: 'preview', record_id: id }]);
  });

  it('resends, retries and cancels, and records it', async () => {
    const resent = await manager.post(recordApi(id, 'resend'), { to: 'me' });
    expect(resent.json).toMatchObject({
      notice: { type: 'success', message: 'resent' },
      resent: { params: { resentFrom: id, recipients: 'admin@example.com' } },
    });
    const refused = await manager.post(recordApi(id, 'resend'), { to: 'a@b.c, d@e.f' });
    expect(refused.json).toMatchObject({ notice: { type: 'error' }, record: { errors: { to: { type: 'email' } } } });
    await setStatus('failed');
    const retried = await manager.post(recordApi(id, 'retryNow'));
    expect(retried.json).toMatchObject({ notice: { type: 'success' }, record: { params: { status: 'queued' } } });
    const cancelled = await manager.post(recordApi(id, 'cancel'));
    expect(cancelled.json).toMatchObject({
      notice: { type: 'success', message: 'cancelled' },
      record: { params: { status: 'cancelled' } },
    });
    const late = await manager.post(recordApi(id, 'cancel'));
    expect(late.json).toMatchObject({ notice: { type: 'error', message: 'tooLateToCancel' } });
    const ended = await manager.post(recordApi(id, 'retryNow'));
    expect(ended.json).toMatchObject({
      notice: { type: 'error' },
      record: { baseError: { message: expect.stringContaining('cancelled') } },
    });
    expect((await readHistory()).map(({ action }: any) => action)).toEqual(['resend', 'retry', 'cancel']);
  });

  it('retries many messages', async () => {
    await setStatus('failed');
    const { json } = await manager.post(bulkApi([id, sensitive]));
    expect(json).toMatchObject({
      records: [],
      bulk: { done: 2, waiting: {}, notDone: {} },
      notice: { type: 'success', message: 'retriedMany', options: { done: 2, total: 2 } },
    });
    expect((await app.log.findOne(id))!.status).toBe('queued');
    await setStatus('sent');
    const some = await manager.post(bulkApi([id, sensitive]));
    expect(some.json).toMatchObject({
      bulk: { done: 1, waiting: {}, notDone: { final: 1 } },
      notice: { type: 'success', options: { done: 1, total: 2 } },
    });
    const none = await manager.post(bulkApi([id]));
    expect(none.json).toMatchObject({ bulk: { notDone: { final: 1 } }, notice: { type: 'error', options: { done: 0, total: 1 } } });
  });

  it('says that a message was moved, and that it was not', async () => {
    const to = (await app.configs.create({ name: 'spare', host: 'localhost', username: 'u@acme.io', password: 'p' })).id;
    const moved = await manager.post(recordApi(id, 'move'), { to });
    expect(moved.json).toMatchObject({ bulk: { done: 1 }, notice: { type: 'success', message: 'moved' } });
    const again = await manager.post(recordApi(id, 'move'), { to });
    expect(again.json).toMatchObject({
      bulk: { done: 0, notDone: { same_config: 1 } },
      notice: { type: 'error', message: 'movedNone', options: { done: 0, total: 1 } },
      record: { params: { configName: 'spare' } },
    });
    await app.configs.remove(to);
  });

  it('rejects an id that no database can store where a selection continues', async () => {
    const { json, status } = await manager.get(`${api('matching')}?action=retryNow&after=a%00b`);
    expect({ status, json }).toMatchObject({ status: 200, json: { notice: { message: 'thereWereValidationErrors', type: 'error' } } });
    await expect(app.log.findIds({}, { action: 'retryNow', after: '\0' })).rejects.toMatchObject({
      code: 'VALIDATION',
      fields: { after: { code: 'not_an_id' } },
    });
  });

  it('reports why a message cannot be retried, and that a message waits for a failing configuration', async () => {
    const held = await queue({ config: 'never_made' });
    const refused = await manager.post(recordApi(held, 'retryNow'));
    expect(refused.json).toMatchObject({
      notice: { type: 'error' },
      record: { baseError: { message: expect.stringContaining('"never_made" does not exist. Create it') } },
    });
    await app.dataSource.query('DELETE FROM smtp_config_status');
    await app.dataSource.query(
      `INSERT INTO smtp_config_status (config_id, failing_since, failing_version, failing_code, failing_error, next_probe_at)
        VALUES ('${configId}', 1, 1, 'AUTH', 'Refused.', 9e12)`,
    );
    expect((await manager.post(recordApi(id, 'retryNow'))).json.notice).toMatchObject({ type: 'success', message: 'retriedFailing' });
    expect((await app.log.failing())[0]!.nextProbeAt.getTime()).toBeLessThan(Date.now() + 60_000);
    await app.dataSource.query('DELETE FROM smtp_config_status');
  });

  it('tries a failing configuration', async () => {
    const columns = 'failing_since, failing_version, failing_code, failing_error, next_probe_at';
    await app.dataSource.query('DELETE FROM smtp_config_status');
    await app.dataSource.query(
      `INSERT INTO smtp_config_status (config_id, ${columns}) VALUES ('${configId}', 1, 1, 'AUTH', 'Refused.', 9e12)`,
    );
    const { json } = await viewer.get(api('list'));
    expect(json.meta.failing).toMatchObject([{ configId, name: 'main', code: 'AUTH', error: 'Refused.', waiting: 2 }]);
    expect((await manager.post(api('tryNow'), { configId })).json).toMatchObject({ notice: { type: 'success' } });
    expect((await app.log.failing())[0]!.nextProbeAt.getTime()).toBeLessThan(Date.now() + 60_000);
    await app.dataSource.query('DELETE FROM smtp_config_status');
    expect((await manager.post(api('tryNow'), { configId })).json).toMatchObject({ notice: { type: 'error' } });
  });

  it('never returns the subject or body of a sensitive message, and does not resend it', async () => {
    const before = await readState();
    for (const [action, payload] of [['preview'], ['resend', { to: 'me' }]] as const) {
      const { json } = await manager.post(recordApi(sensitive, action), payload);
      expect(json).toMatchObject({ notice: { type: 'error' }, record: { baseError: { message: expect.stringContaining('sensitive') } } });
    }
    await manager.get(recordApi(sensitive, 'show'));
    await manager.get(api('list'));
    expect(readWire()).not.toContain('K4711Z');
    expect(await readState()).toBe(before);
  });

  it('changes and reveals nothing on a GET', async () => {
    const before = await readState();
    for (const action of ['preview', 'resend', 'retryNow', 'cancel']) {
      expect((await manager.get(recordApi(id, action))).json.record.id).toBe(id);
    }
    expect((await manager.get(bulkApi([id]))).json.records).toHaveLength(1);
    await manager.get(api('tryNow'));
    expect(await readState()).toBe(before);
    expect(readWire()).not.toContain(BODY);
  });

  it.each<Record<string, string>>([{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])(
    'carries out nothing for another site: %j',
    async (headers) => {
      const before = await readState();
      for (const action of ['preview', 'resend', 'retryNow', 'cancel']) await manager.post(recordApi(id, action), { to: 'me' }, headers);
      await manager.post(bulkApi([id]), {}, headers);
      await manager.post(api('tryNow'), { configId }, headers);
      for (const { json } of answers) expect(json.notice.type).toBe('error');
      expect(await readState()).toBe(before);
      expect(readWire()).not.toContain(BODY);
    },
  );

  it('lets a viewer do nothing, and shows nothing without a login', async () => {
    const before = await readState();
    for (const client of [viewer, watch(app.nobody)]) {
      for (const action of ['preview', 'resend', 'retryNow', 'cancel']) await client.post(recordApi(id, action), { to: 'me' });
      await client.post(bulkApi([id, sensitive]));
      await client.post(api('tryNow'), { configId });
    }
    const viewed = answers.splice(0);
    expect(viewed.slice(0, 6).every(({ json }) => json.notice.type === 'error')).toBe(true);
    expect(viewed.slice(6).every(({ status }) => status >= 300 && status < 400)).toBe(true);
    for (const path of [api('list'), recordApi(id, 'show')]) answers.push(await app.nobody.get(path));
    expect([...viewed, ...answers].map(({ raw }) => raw).join('\n')).not.toContain(BODY);
    expect(answers.every(({ status }) => status >= 300 && status < 400)).toBe(true);
    expect(await readState()).toBe(before);
  });

  it('answers unknown and foreign ids with an error message', async () => {
    const before = await readState();
    for (const forged of [configId, 'x', "'; DROP TABLE smtp_message; --", '\0', '__proto__']) {
      for (const action of ['show', 'preview', 'resend', 'retryNow', 'cancel']) {
        const { json, status } = await manager.post(recordApi(encodeURIComponent(forged), action), { to: 'me' });
        expect([status, json?.notice?.type]).toEqual([200, 'error']);
      }
    }
    for (const action of ['new', 'bulkDelete', 'search']) {
      expect((await manager.post(api(action), { subject: 'Forged' })).json.notice?.type).toBe('error');
    }
    for (const action of ['edit', 'delete']) {
      expect((await manager.post(recordApi(id, action), { status: 'sent', subject: 'Forged' })).json.notice.type).toBe('error');
    }
    for (const to of [{ address: 'a@b.c' }, ['a@b.c'], 7, null]) {
      expect((await manager.post(recordApi(id, 'resend'), { to })).json.notice.type).toBe('error');
    }
    expect(await readState()).toBe(before);
  });
});
