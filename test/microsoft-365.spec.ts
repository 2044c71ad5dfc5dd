import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { MailError, type SmtpAuditEntry, type SmtpConfigInput, type SmtpModuleOptions } from '../lib/index.js';
import { databases } from './support/databases.js';
import { eventually } from './support/eventually.js';
import { QUICK } from './support/fault-bench.js';
import { type FakeExchange, startExchange } from './support/microsoft/fake-exchange.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type FakeMicrosoft,
  TENANT,
  USER,
  USER_PASSWORD,
  buildFault,
  startMicrosoft,
} from './support/microsoft/index.js';
import type { Received, Reply } from './support/microsoft/https-server.js';
import { type SmtpApp, startOn } from './support/smtp-app.js';

const message = { to: 'to@example.org', bcc: 'hidden@example.org', subject: 'Invoice', text: 'Hello' };

describe.each(databases)('Mail through Microsoft 365 on $name', ({ name: kind }) => {
  let microsoft: FakeMicrosoft;
  let exchange: FakeExchange;
  let app: SmtpApp;
  let logged: string[];
  /** The entries that the hook of the change history received. */
  const told: SmtpAuditEntry[] = [];

  beforeAll(async () => {
    microsoft = await startMicrosoft();
    exchange = await startExchange(microsoft);
  });
  afterAll(async () => {
    await exchange.close();
    await microsoft.close();
  });
  beforeEach(() => {
    logged = [];
    const note = (...words: unknown[]): void => void logged.push(words.map(String).join(' '));
    Logger.overrideLogger({ log: note, error: note, warn: note, debug: note, verbose: note, fatal: note });
  });
  afterEach(async () => {
    await app?.close();
    microsoft.reset();
    exchange.logins.splice(0);
    exchange.refused.clear();
    Logger.overrideLogger(false);
  });

  const start = async (options: SmtpModuleOptions = {}): Promise<SmtpApp> =>
    (app = await startOn(kind, {
      trustedCa: microsoft.ca,
      graph: { allowPasswordGrant: true, clouds: { fake: microsoft.cloud } },
      audit: { onEntry: (entry) => void told.push(entry) },
      ...options,
      delivery: { ...QUICK, ...options.delivery },
    }));
  const entra = { username: USER, tenantId: TENANT, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, isDefault: true } as const;
  const createGraphConfig = (overrides: SmtpConfigInput = {}) =>
    app.configs.create({ name: 'graph', type: 'ms_graph', ...entra, ...overrides });
  const createTokenConfig = () =>
    app.configs.create({ name: 'exchange', authMethod: 'oauth2', host: 'localhost', port: exchange.port, ...entra });
  const query = async <T>(sql: string): Promise<T[]> => app.dataSource.query(sql);
  const findFirst = async () => (await query<Record<string, unknown>>('SELECT * FROM smtp_message ORDER BY id'))[0]!;
  const listAttempts = async () =>
    query<{ outcome: string; code: string | null; reply: string | null }>(
      'SELECT outcome, code, reply FROM smtp_message_attempt ORDER BY id',
    );
  /** Returns a script with the same reply to each request to send, a number of times. */
  const answerSending = (reply: Reply, times = Infinity) => {
    let left = times;
    return ({ path }: Received): Reply => (/\/send(Mail)?$/.test(path) && left-- > 0 ? reply : undefined);
  };

  /** Expects no secret and no token in rows, log lines and inspected objects. */
  const expectNoLeak = async (...shown: unknown[]): Promise<void> => {
    const tables = [
      'smtp_config',
      'smtp_config_status',
      'smtp_config_test',
      'smtp_message',
      'smtp_message_body',
      'smtp_message_attempt',
      'smtp_audit',
    ];
    const stored = JSON.stringify(await Promise.all(tables.map((table) => query(`SELECT * FROM ${table}`))));
    const everything = [stored, ...logged, inspect([app.configs, app.mail, app.log, told, ...shown], { depth: 12, showHidden: true })].join(
      '\n',
    );
    const tokens = microsoft.entra.issued.map(({ token }) => token);
    for (const secret of [CLIENT_SECRET, USER_PASSWORD, ...tokens]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
    }
  };

  it('sends immediately through Graph, and returns the id of the request', async () => {
    await start();
    await createGraphConfig({ fromName: 'Billing' });
    const sent = await app.mail.sendNow(message);
    expect(sent).toMatchObject({
      accepted: ['to@example.org', 'hidden@example.org'],
      config: 'graph',
      reply: expect.stringMatching(/^202 \(request-id graph-/),
    });
    expect(microsoft.graph.sent).toMatchObject([
      { from: USER, recipients: ['to@example.org', 'hidden@example.org'], messageId: sent.messageId },
    ]);
    expect(microsoft.graph.sent[0]!.delivered!.toString()).not.toContain('hidden@');
    await expectNoLeak(sent);
  });

  it('delivers queued mail through Graph, even ten megabytes, and stores the id of the request with the attempt', async () => {
    await start();
    await createGraphConfig();
    const content = randomBytes(10_000_000);
    await app.mail.send({ ...message, attachments: [{ filename: 'report.bin', content }] });
    await eventually(async () => expect((await findFirst()).status).toBe('sent'));
    expect(microsoft.graph.sent[0]!.attachments[0]!.content.equals(content)).toBe(true);
    expect(await listAttempts()).toEqual([{ outcome: 'accepted', code: null, reply: expect.stringMatching(/^202 \(request-id graph-/) }]);
  });

  it('delivers short queued mail to BCC recipients as well', async () => {
    await start();
    await createGraphConfig();
    for (let i = 0; i < 5; i++) await app.mail.send(message);
    await eventually(async () => expect(await query("SELECT id FROM smtp_message WHERE status = 'sent'")).toHaveLength(5));
    for (const { recipients } of microsoft.graph.sent) expect(recipients).toEqual(['to@example.org', 'hidden@example.org']);
    expect(microsoft.graph.sent).toHaveLength(5);
  });

  it('sends over SMTP with a token, immediately and queued, with one login', async () => {
    await start();
    await createTokenConfig();
    await app.mail.sendNow(message);
    await app.mail.send({ ...message, subject: 'queued' });
    await eventually(async () => expect((await findFirst()).status).toBe('sent'));
    expect(exchange.logins.every((token) => token === microsoft.entra.issued[0]!.token)).toBe(true);
    expect(microsoft.entra.signIns).toHaveLength(1);
    expect(exchange.bodies.filter((body) => body.includes('Subject: queued'))).toHaveLength(1);
    await expectNoLeak();
  });

  it('tests both kinds step by step, saved and as a draft, and stores the result', async () => {
    await start();
    const graph = await createGraphConfig();
    const token = await createTokenConfig();
    const names = async (work: ReturnType<SmtpApp['configs']['test']>) => (await work).steps.map(({ name, ok }) => `${name}:${ok}`);
    expect(await names(app.configs.test(graph.id, { to: 'me@example.org' }))).toEqual(['token:true', 'mailbox:true', 'message:true']);
    expect(await names(app.configs.testDraft({ id: graph.id }, { to: 'me@example.org', checkOnly: true }))).toHaveLength(3);
    expect(await names(app.configs.test(token.id, { to: 'me@example.org' }))).toContain('auth:true');
    const draft = { id: graph.id, clientSecret: 'a wrong secret' };
    expect(await names(app.configs.testDraft(draft, { to: 'me@example.org' }))).toEqual(['token:false']);
    expect(microsoft.graph.sent).toMatchObject([{ recipients: ['me@example.org'], subject: 'Application Email Configuration Test' }]);
    expect(microsoft.graph.sent[0]!.text).toContain(`User name: ${USER}`);
    expect(await app.configs.findOne(graph.id)).toMatchObject({ lastTestStatus: 'ok', version: 1 });
    await expectNoLeak();
  });

  it.each<[string, () => void, string]>([
    ['consent is missing', () => microsoft.graph.permissions.clear(), 'PERMISSION'],
    ['the mailbox is unknown', () => microsoft.graph.mailboxes.clear(), 'MAILBOX'],
    ['a policy keeps the app away', () => microsoft.graph.blocked.add(USER), 'PERMISSION'],
    ['the sign-in fails', () => (microsoft.entra.script = () => ({ status: 503, body: '' })), 'CONNECTION'],
  ])('marks the configuration as failing while %s, uses no attempt, and sends everything afterwards', async (_what, breakIt, code) => {
    await start();
    breakIt();
    const { id } = await createGraphConfig();
    for (const subject of ['one', 'two', 'three']) await app.mail.send({ ...message, subject });
    await eventually(async () => expect((await app.configs.findOne(id))!.failingError).toMatch(/\w/));
    expect(await query('SELECT failing_code AS code FROM smtp_config_status')).toEqual([{ code }]);
    await expect(app.mail.sendNow(message)).rejects.toMatchObject({ code });
    expect(await query("SELECT id FROM smtp_message WHERE attempts > 0 OR status NOT IN ('queued', 'sending')")).toEqual([]);
    microsoft.reset();
    await eventually(async () => expect(microsoft.graph.sent.map(({ subject }) => subject).toSorted()).toEqual(['one', 'three', 'two']));
    await eventually(async () => expect(await query("SELECT id FROM smtp_message WHERE status = 'sent'")).toHaveLength(3));
    await expectNoLeak();
  });

  it('honors Retry-After: waits, uses no attempt, and sends once', async () => {
    await start();
    await createGraphConfig();
    microsoft.graph.before = answerSending(buildFault(429, 'ApplicationThrottled', 'Too many requests.', { 'retry-after': '2' }), 1);
    await app.mail.send(message);
    await eventually(async () => expect((await findFirst()).last_code).toBe('THROTTLED'));
    const [{ due }] = (await query<{ due: string | number }>('SELECT available_at AS due FROM smtp_message')) as [{ due: string | number }];
    expect(await app.log.find()).toMatchObject([{ status: 'queued', reason: 'backoff', attempts: 0 }]);
    expect(await listAttempts()).toEqual([
      { outcome: 'deferred', code: 'THROTTLED', reply: expect.stringContaining('429 ApplicationThrottled') },
    ]);
    await eventually(async () => expect((await findFirst()).status).toBe('sent'));
    const [{ at }] = (await query<{ at: string | number }>("SELECT at FROM smtp_message_attempt WHERE outcome = 'accepted'")) as [
      { at: string | number },
    ];
    expect(Number(at)).toBeGreaterThanOrEqual(Number(due));
    expect(microsoft.graph.requests).toHaveLength(2);
    expect(microsoft.graph.sent).toHaveLength(1);
  });

  it('sends 30 messages per minute, and leaves the others in the outbox untouched', async () => {
    await start({ delivery: { concurrency: 50 } });
    await createGraphConfig({ maxConnections: 50 });
    for (let i = 0; i < 40; i++) await app.mail.send({ ...message, subject: `n-${i}` });
    await eventually(async () => expect(await query("SELECT id FROM smtp_message WHERE status = 'sent'")).toHaveLength(30));
    await eventually(async () => expect(await query("SELECT id FROM smtp_message WHERE status = 'queued'")).toHaveLength(10));
    expect(await query('SELECT id FROM smtp_message_attempt')).toHaveLength(30);
    await expect(app.mail.sendNow(message)).rejects.toMatchObject({ code: 'THROTTLED', retryAfterMs: expect.any(Number) });
    expect(microsoft.graph.sent).toHaveLength(30);
    expect(await query("SELECT id FROM smtp_message WHERE status = 'queued' AND (attempts > 0 OR last_code IS NOT NULL)")).toEqual([]);
  });

  it('leaves waiting messages untouched while Microsoft throttles the mailbox', async () => {
    await start();
    await createGraphConfig({ maxConnections: 2 });
    microsoft.graph.before = answerSending(buildFault(429, 'ApplicationThrottled', 'Too many requests.', { 'retry-after': '3600' }));
    await app.mail.sendMany(Array.from({ length: 10 }, (_, i) => ({ ...message, subject: `n-${i}` })));
    const findTouched = () => query("SELECT id FROM smtp_message WHERE last_code = 'THROTTLED'");
    await eventually(async () => {
      expect((await findTouched()).length).toBeGreaterThanOrEqual(Math.max(1, microsoft.graph.requests.length));
      expect(await query("SELECT id FROM smtp_message WHERE status = 'queued'")).toHaveLength(10);
    });
    // One per connection, unless one was stopped before it was sent.
    expect((await findTouched()).length).toBeLessThanOrEqual(2);
    expect(await query('SELECT id FROM smtp_message WHERE attempts > 0')).toEqual([]);
  });

  it.each<[string, Reply]>([
    ['500 after it was accepted', buildFault(500, 'UnknownError', '')],
    ['a connection cut after the body', 'DROP'],
  ])('%s: retries with the same Message-ID, or sets the status unknown', async (_what, reply) => {
    await start();
    await createGraphConfig();
    microsoft.graph.after = answerSending(reply, 1);
    await app.mail.send(message);
    await eventually(async () => expect((await findFirst()).status).toBe('sent'));
    expect((await listAttempts()).map(({ outcome }) => outcome)).toEqual(['ambiguous', 'accepted']);
    expect(new Set(microsoft.graph.sent.map(({ messageId }) => messageId)).size).toBe(1);
    expect(microsoft.graph.sent).toHaveLength(2);
    await app.close();
    microsoft.reset();
    await start({ delivery: { onAmbiguous: 'hold' } });
    await createGraphConfig();
    microsoft.graph.after = answerSending(reply, 1);
    await app.mail.send(message);
    await eventually(async () => expect((await findFirst()).status).toBe('unknown'));
    expect(microsoft.graph.sent).toHaveLength(1);
  });

  it('fails only the message that Graph refuses, with Microsoft’s words', async () => {
    await start();
    await createGraphConfig();
    microsoft.graph.before = answerSending(buildFault(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.'), 1);
    await app.mail.send(message);
    await eventually(async () => expect((await findFirst()).status).toBe('failed'));
    expect(await findFirst()).toMatchObject({ last_code: 'RECIPIENT', last_reply: expect.stringContaining('400 ErrorInvalidRecipients') });
    await app.mail.send({ ...message, subject: 'next' });
    await eventually(async () => expect(microsoft.graph.sent).toMatchObject([{ subject: 'next' }]));
  });

  it('includes no secret in an error', async () => {
    await start();
    await createGraphConfig({ authMethod: 'password', password: USER_PASSWORD });
    microsoft.graph.before = ({ headers }) => buildFault(401, 'InvalidAuthenticationToken', `Your header was ${headers.authorization}`);
    const error = (await app.mail.sendNow(message).catch((thrown: unknown) => thrown)) as MailError;
    expect(error).toMatchObject({ code: 'AUTH', reply: expect.stringContaining('Your header was Bearer ***') });
    await expectNoLeak(error, error.cause, error.stack);
  });
});
