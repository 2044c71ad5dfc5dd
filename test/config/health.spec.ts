import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { storePace } from '../../lib/config/pace.sql.js';
import { SendingEvidence } from '../../lib/config/sending-evidence.js';
import { SmtpDatabase } from '../../lib/database/database.js';
import { CONFIG_HEALTHS, type ConfigHealth } from '../../lib/shared/config-fields.js';
import { SmtpConfig, type SmtpConfigInput, SmtpConfigStatus, SmtpConfigTest, smtpEntities } from '../../lib/index.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startOn } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const DAY = 86_400_000;
const mail = { to: 'a@b.c', subject: 'Hello', text: 'Hi' };

describe.each(databases)('The health of a configuration on $name', ({ name: kind }) => {
  let certificates: Certificates;
  let app: Awaited<ReturnType<typeof startOn>>;
  let server: ScriptedServer;

  beforeAll(async () => {
    certificates = await makeCertificates();
    app = await startOn(kind, { trustedCa: certificates.ca, delivery: { pollEveryMs: 50, reconnectEveryMs: 100 } });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    server = await startServer({ tls: certificates.good });
  });
  afterEach(async () => {
    for (const entity of [SmtpConfig, SmtpConfigStatus, SmtpConfigTest])
      await app.dataSource.createQueryBuilder().delete().from(entity).execute();
    await server.close();
  });

  const create = (fields: SmtpConfigInput = {}) =>
    app.configs.create({ name: 'main', host: '127.0.0.1', port: server.port, username: 'u@example.com', password: 'secret', ...fields });
  const setStatus = (configId: string, values: Partial<SmtpConfigStatus>) =>
    app.dataSource.getRepository(SmtpConfigStatus).save({ configId, ...values });
  const view = async (id: string) => (await app.configs.findOne(id))!;
  const healthOf = async (id: string) => (await view(id)).health;
  const test = (id: string) => app.configs.test(id, { to: 'a@b.c' });

  it('is the same in the list’s filter, its order and the view, for all combinations of evidence', async () => {
    const times = [1, 2, 3].map((minute) => new Date(Date.now() - minute * 60_000));
    const versions = [null, 1, 2];
    const tests = ['ok', 'failed', null].flatMap((lastTestStatus) =>
      versions.map((lastTestVersion) => ({ lastTestStatus, lastTestVersion, lastTestAt: lastTestStatus && times[1] })),
    );
    const sent = [null, ...times].flatMap((lastSentAt) => versions.map((lastSentVersion) => ({ lastSentAt, lastSentVersion })));
    const failing = [null, 2, 3].map((failingVersion) => ({ failingVersion, failingSince: failingVersion && times[0] }));
    const { id: _, ...row } = await app.dataSource.getRepository(SmtpConfig).findOneByOrFail({ id: (await create()).id });
    const combinations = [true, false].flatMap((enabled) =>
      tests.flatMap((tested) => sent.flatMap((mailed) => failing.map((breaker) => ({ enabled, ...tested, ...mailed, ...breaker })))),
    );
    const rows = combinations.map(({ enabled, ...status }, index) => {
      const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const name = `c${index}`;
      return {
        config: { ...row, id, name, nameKey: name, enabled, version: 3, connectionVersion: 2 },
        status: { configId: id, ...status },
      };
    });
    await app.dataSource.getRepository(SmtpConfig).insert(rows.map(({ config }) => config));
    await app.dataSource.getRepository(SmtpConfigStatus).insert(rows.map(({ status }) => status) as never);
    const all = await app.configs.find({ sortBy: 'health', limit: 1_000 });
    expect(all).toHaveLength(rows.length + 1);
    for (const health of CONFIG_HEALTHS) {
      const found = await app.configs.find({ filters: { health }, limit: 1_000 });
      const shown = all.filter((config) => config.health === health);
      expect(found.map(({ name }) => name).toSorted()).toEqual(shown.map(({ name }) => name).toSorted());
      expect(shown.length).toBeGreaterThan(0);
    }
    const ranks = all.map(({ health }) => CONFIG_HEALTHS.indexOf(health));
    expect(ranks).toEqual(ranks.toSorted((one, other) => one - other));
  });

  const [earlier, later] = [new Date(Date.now() - 60_000), new Date()];
  const passed = { lastTestStatus: 'ok', lastTestVersion: 1 } as const;
  const failed = { lastTestStatus: 'failed', lastTestVersion: 1, lastTestError: 'No.' } as const;
  it.each<[ConfigHealth, string, Partial<SmtpConfigStatus>]>([
    ['untested', 'nothing is known', {}],
    ['working', 'a test passed', { ...passed, lastTestAt: later }],
    ['working', 'mail was sent', { lastSentAt: later, lastSentVersion: 1 }],
    ['test_failed', 'a test failed', { ...failed, lastTestAt: later }],
    ['working', 'mail was sent after a failed test', { ...failed, lastTestAt: earlier, lastSentAt: later, lastSentVersion: 1 }],
    ['test_failed', 'a test failed after mail was sent', { ...failed, lastTestAt: later, lastSentAt: earlier, lastSentVersion: 1 }],
    [
      'failing',
      'its circuit breaker is open, whatever else is known',
      { ...passed, lastTestAt: later, lastSentAt: later, lastSentVersion: 1, failingSince: earlier, failingVersion: 1 },
    ],
  ])('is %s if %s', async (health, _reason, status) => {
    const { id } = await create();
    await setStatus(id, status);
    expect(await healthOf(id)).toBe(health);
    await app.configs.update(id, { enabled: false });
    expect(await healthOf(id)).toBe('disabled');
  });

  it('is working after mail was sent from the queue or immediately, without a test', async () => {
    const queued = await create({ isDefault: true });
    const direct = await create({ name: 'direct' });
    expect(await view(queued.id)).toMatchObject({ health: 'untested', lastSentAt: null });
    await app.mail.send(mail);
    await app.mail.sendNow({ ...mail, config: 'direct' });
    for (const { id } of [queued, direct]) {
      await eventually(async () => expect(await view(id)).toMatchObject({ health: 'working', lastSentAt: expect.any(Date) }));
    }
    expect(await app.configs.find({ filters: { health: 'working' } })).toHaveLength(2);
  });

  it('stays untested if the server refuses every recipient', async () => {
    const { id } = await create();
    await server.close();
    server = await startServer({
      tls: certificates.good,
      reply: (command) => (command.startsWith('RCPT') ? '550 5.1.1 unknown' : undefined),
    });
    await app.configs.update(id, { port: server.port, password: 'secret' });
    await expect(app.mail.sendNow({ ...mail, config: 'main' })).rejects.toMatchObject({ code: 'RECIPIENT' });
    expect(await view(id)).toMatchObject({ health: 'untested', lastSentAt: null });
  });

  it.each<[string, SmtpConfigInput]>([
    ['server', { host: 'localhost', password: 'secret' }],
    ['login', { username: 'other@example.com', password: 'secret' }],
    ['password', { password: 'secret' }],
    ['From address', { fromAddress: 'other@example.com' }],
    ['TLS server name', { tlsServerName: 'localhost', password: 'secret' }],
    ['time limit factor', { timeoutScale: 2 }],
    ['local address', { localAddress: '127.0.0.1' }],
    ['login mechanism', { authMechanism: 'PLAIN' }],
    ['EHLO name', { ehloName: 'app.example.com' }],
  ])('is untested again after a change of the %s', async (_what, change) => {
    const { id } = await create();
    await test(id);
    await app.mail.sendNow({ ...mail, config: 'main' });
    await eventually(async () => expect((await view(id)).lastSentAt).not.toBeNull());
    const after = await app.configs.update(id, change);
    expect(after).toMatchObject({ health: 'untested', lastTestStatus: null, lastTestAt: null, lastSentAt: null, connectionVersion: 2 });
    await test(id);
    expect(await healthOf(id)).toBe('working');
  });

  it('stays the same after a change of anything else', async () => {
    const { id } = await create();
    await test(id);
    await app.mail.sendNow({ ...mail, config: 'main' });
    await eventually(async () => expect((await view(id)).lastSentAt).not.toBeNull());
    const before = await view(id);
    const after = await app.configs.update(id, { description: 'x', fromName: 'Acme', maxConnections: 2, name: 'renamed' });
    expect(after).toMatchObject({ health: 'working', version: 2, connectionVersion: 1, lastSentAt: before.lastSentAt });
    expect(after.lastTestAt).toEqual(before.lastTestAt);
  });

  it('ignores mail that an older version was still sending', async () => {
    const { id } = await create();
    const evidence = new SendingEvidence(new SmtpDatabase(() => app.dataSource, smtpEntities));
    await app.configs.update(id, { host: 'localhost', password: 'secret' });
    evidence.record({ id, version: 1 });
    await evidence.flush();
    expect(await view(id)).toMatchObject({ health: 'untested', lastSentAt: null });
    evidence.record({ id, version: 2 });
    await evidence.flush();
    const { lastSentAt } = await view(id);
    expect(lastSentAt).not.toBeNull();
    // Late mail of the older version does not override the result.
    evidence.record({ id, version: 1 });
    await evidence.flush();
    expect(await view(id)).toMatchObject({ health: 'working', lastSentAt });
  });

  it('has the learned limits of the server, until its settings change', async () => {
    const { id } = await create();
    const evidence = new SendingEvidence(new SmtpDatabase(() => app.dataSource, smtpEntities));
    const limits = { pacePerMinute: 840, paceConnections: 2 };
    const learn = async (version: number, database = new SmtpDatabase(() => app.dataSource, smtpEntities)) => {
      evidence.record({ id, version }, undefined, limits.paceConnections);
      await evidence.flush();
      const shared = { version, pauseMs: 0, soleMs: 0, domains: null, measured: { sinceNow: true, perMinute: limits.pacePerMinute } };
      await database.write(() => storePace(database.schema, id, shared));
    };
    await learn(1);
    expect(await view(id)).toMatchObject(limits);
    await app.configs.update(id, { description: 'The relay of the office' });
    expect(await view(id)).toMatchObject(limits);
    await app.configs.update(id, { host: 'localhost', password: 'secret' });
    expect(await view(id)).toMatchObject({ pacePerMinute: null, paceConnections: null });
    await learn(3);
    expect(await view(id)).toMatchObject(limits);
    // Mail of the same millisecond is not newer.
    await pause(5);
    evidence.record({ id, version: 3 });
    await evidence.flush();
    expect(await view(id)).toMatchObject({ paceConnections: null });
    // Grows while the server refuses nothing, and is forgotten after an hour.
    await app.dataSource.query('UPDATE smtp_config_status SET pace_since = pace_since - 600000');
    expect((await view(id)).pacePerMinute).toBeGreaterThanOrEqual(2 * 840);
    await app.dataSource.query('UPDATE smtp_config_status SET pace_since = pace_since - 3000001');
    expect(await view(id)).toMatchObject({ pacePerMinute: null });
  });

  it('leaves no row of a configuration that was deleted during sending', async () => {
    const { id } = await create();
    await app.configs.remove(id);
    const evidence = new SendingEvidence(new SmtpDatabase(() => app.dataSource, smtpEntities));
    evidence.record({ id, version: 1 });
    await evidence.flush();
    expect(await app.dataSource.getRepository(SmtpConfigStatus).countBy({ configId: id })).toBe(0);
  });

  it('is written once for many messages, again after the interval, and finally when the application stops', async () => {
    const { id } = await create();
    const database = new SmtpDatabase(() => app.dataSource, smtpEntities);
    const writes: number[] = [];
    const write = database.write.bind(database);
    database.write = async (...args) => {
      writes.push(performance.now());
      return write(...args);
    };
    const evidence = new SendingEvidence(database, 200);
    for (let count = 0; count < 1_000; count++) evidence.record({ id, version: 1 });
    expect(writes).toHaveLength(1);
    await eventually(() => expect(writes).toHaveLength(2));
    evidence.record({ id, version: 1 });
    const before = (await view(id)).lastSentAt!;
    await evidence.flush();
    expect(writes).toHaveLength(3);
    expect((await view(id)).lastSentAt!.getTime()).toBeGreaterThan(before.getTime());
    await database.close();
  });

  it('uses certificates from deliveries: a renewed one clears the warning, and one that expires soon causes it', async () => {
    const soon = await certificates.authority.issue({ notAfter: new Date(Date.now() + 5 * DAY) });
    await server.close();
    server = await startServer({ tls: soon });
    const { id } = await create();
    await app.mail.sendNow({ ...mail, config: 'main' });
    const kinds = async () => (await app.overview.find({}, { isFresh: true })).attention.map((item) => item.kind);
    await eventually(async () => expect(await kinds()).toEqual(['certificate_expires']));
    expect(await view(id)).toMatchObject({ tlsVersion: 'TLS 1.3', certificateExpiresAt: expect.any(Date), lastTestAt: null });

    const { port } = server;
    await server.close();
    server = await startServer({ tls: certificates.good, port });
    // A new version is recorded immediately, the same version within a minute.
    await app.configs.update(id, { description: 'x' });
    await app.mail.sendNow({ ...mail, config: 'main' });
    await eventually(async () => expect(await kinds()).toEqual([]));
  });

  it('keeps the certificate of the newest connection, and that of the same server after a password change', async () => {
    const { id } = await create();
    const evidence = new SendingEvidence(new SmtpDatabase(() => app.dataSource, smtpEntities));
    const connection = (days: number, secondsAgo: number) => ({
      tlsVersion: 'TLS 1.3',
      certificateExpiresAt: new Date(Math.floor(Date.now() / DAY) * DAY + days * DAY),
      at: performance.now() - secondsAgo * 1_000,
    });
    const [renewed, old] = [connection(90, 60), connection(3, 600)];
    for (const seen of [renewed, old]) {
      evidence.record({ id, version: 1 }, seen);
      await evidence.flush();
    }
    const { certificateExpiresAt } = renewed;
    expect(await view(id)).toMatchObject({ certificateExpiresAt });
    expect(await app.configs.update(id, { password: 'another' })).toMatchObject({ certificateExpiresAt, health: 'untested' });
    expect(await app.configs.update(id, { host: 'localhost', password: 'another' })).toMatchObject({ certificateExpiresAt: null });
  });
});
