import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmtpConfigInput } from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { type SmtpApp, startOn, startSmtpApp } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const REFUSED = /^This application may not connect to 127\.0\.0\.1:\d+\. .*"egress"/;
const mail = { to: 'to@example.org', subject: 'Hello', text: 'Hello there.' };
const egress = { deny: ['127.0.0.0/8', '::1'] };
const delivery = { pollEveryMs: 50, reconnectEveryMs: 100 };

describe('The option egress', () => {
  let server: ScriptedServer;
  let free: Awaited<ReturnType<typeof startOn>>;
  let bound: SmtpApp;
  let fields: SmtpConfigInput;
  let id: string;

  /** Saves the configuration before its server is denied. */
  beforeEach(async () => {
    server = await startServer();
    free = await startOn('sqlite', { delivery: { run: false } });
    const { port } = server;
    fields = { name: 'main', host: '127.0.0.1', port, security: 'none', authRequired: false, fromAddress: 'a@acme.io', isDefault: true };
    ({ id } = await free.configs.create(fields));
    bound = await startSmtpApp(free.database, { egress, delivery });
  });
  afterEach(async () => {
    await bound.close();
    await free.close();
    await server.close();
  });

  it('applies to sendNow, Test, Detect and Fetch', async () => {
    await expect(bound.mail.sendNow(mail)).rejects.toMatchObject({ code: 'EGRESS', message: expect.stringMatching(REFUSED) });
    const report = await bound.configs.test(id, { to: 'a@b.c' });
    expect(report.steps.at(-1)).toMatchObject({ name: 'tcp', ok: false, reason: 'egress_refused' });
    const draft = await bound.configs.testDraft({ ...fields, host: 'localhost' }, { to: 'a@b.c' });
    expect(draft.steps.at(-1)).toMatchObject({ name: 'tcp', ok: false, reason: 'egress_refused' });
    const target = { host: '127.0.0.1', port: server.port };
    await expect(bound.configs.detectSecurity(target)).rejects.toMatchObject({ code: 'EGRESS' });
    await expect(bound.configs.fetchCertificates({ ...target, security: 'tls' })).rejects.toMatchObject({ code: 'EGRESS' });
    expect(server.mostOpen).toBe(0);
    expect((await bound.configs.findOne(id))!.lastTestError).toMatch(REFUSED);
  });

  it('makes queued mail wait, without using an attempt, until the server is permitted', async () => {
    const { id: messageId } = (await bound.mail.send(mail)) as { id: string };
    await eventually(async () => expect((await bound.configs.findOne(id))!.failingError).toMatch(REFUSED));
    await eventually(async () => {
      const [row] = await free.dataSource.query("SELECT COUNT(*) AS count FROM smtp_message_attempt WHERE outcome = 'config_failed'");
      expect(Number(row.count)).toBeGreaterThan(2);
    });
    const [row] = await free.dataSource.query('SELECT status, attempts, last_code FROM smtp_message');
    expect({ ...row, status: undefined }).toEqual({ status: undefined, attempts: 0, last_code: 'EGRESS' });
    expect(server.mostOpen).toBe(0);
    await bound.close();
    bound = await startSmtpApp(free.database, { delivery });
    await eventually(async () => expect((await bound.log.findOne(messageId))!.status).toBe('sent'));
    expect(server.bodies).toHaveLength(1);
  });

  it('is reported at the field before a configuration is saved', async () => {
    const save = (input: Partial<SmtpConfigInput>) => bound.configs.update(id, input);
    await expect(save({ description: 'New' })).rejects.toMatchObject({ fields: { host: { code: 'egress' } } });
    await expect(bound.configs.create({ ...fields, name: 'b', isDefault: false, host: '127.0.0.2' })).rejects.toMatchObject({
      fields: { host: { code: 'egress', message: expect.stringContaining('"egress"') } },
    });
    await expect(save({ host: 'mail.example.com' })).resolves.toMatchObject({ host: 'mail.example.com' });
    const ports = await startSmtpApp(free.database, { egress: { ports: [587] }, delivery: { run: false } });
    await expect(ports.configs.update(id, { port: 25 })).rejects.toMatchObject({ fields: { port: { code: 'egress' } } });
    await ports.close();
  });
});
