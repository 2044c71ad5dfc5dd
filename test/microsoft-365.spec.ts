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
  fault,
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
  /** What the hook of the change history was given. */
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
  const byGraph = (overrides: SmtpConfigInput = {}) => app.configs.create({ name: 'graph', type: 'ms_graph', ...entra, ...overrides });
  const byToken = () => app.configs.create({ name: 'exchange', authMethod: 'oauth2', host: 'localhost', port: exchange.port, ...entra });
  const rows = async <T>(sql: string): Promise<T[]> => app.dataSource.query(sql);
  const first = async () => (await rows<Record<string, unknown>>('SELECT * FROM smtp_message ORDER BY id'))[0]!;
  const attempts = async () =>
    rows<{ outcome: string; code: string | null; reply: string | null }>(
      'SELECT outcome, code, reply FROM smtp_message_attempt ORDER BY id',
    );
  /** The same answer to each request to send, so many times. */
  const answering = (reply: Reply, times = Infinity) => {
    let left = times;
    return ({ path }: Received): Reply => (/\/send(Mail)?$/.test(path) && left-- > 0 ? reply : undefined);
  };

  /** No row, no log line and nothing that can be inspected holds a secret or a token. */
  const expectNoLeak = async (...shown: unknown[]): Promise<void> => {
    const tables = ['smtp_config', 'smtp_config_status', 'smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_audit'];
    const stored = JSON.stringify(await Promise.all(tables.map((table) => rows(`SELECT * FROM ${table}`))));
    const everything = [stored, ...logged, inspect([app.configs, app.mail, app.log, told, ...shown], { depth: 12, showHidden: true })].join(
      '\n',
    );
    const tokens = microsoft.entra.issued.map(({ token }) => token);
    for (const secret of [CLIENT_SECRET, USER_PASSWORD, ...tokens]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
    }
  };

  it('sends at once by Graph: the answer names the request', async () => {
    await start();
    await byGraph({ fromName: 'Billing' });
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

  it('delivers what is queued by Graph, ten megabytes too, and keeps the request’s id in the attempt', async () => {
    await start();
    await byGraph();
    const content = randomBytes(10_000_000);
    await app.mail.send({ ...message, attachments: [{ filename: 'report.bin', content }] });
    await eventually(async () => expect((await first()).status).toBe('sent'));
    expect(microsoft.graph.sent[0]!.attachments[0]!.content.equals(content)).toBe(true);
    expect(await attempts()).toEqual([{ outcome: 'accepted', code: null, reply: expect.stringMatching(/^202 \(request-id graph-/) }]);
  });

  it('delivers a short mail from the queue to those in Bcc, too', async () => {
    await start();
    await byGraph();
    for (let i = 0; i < 5; i++) await app.mail.send(message);
    await eventually(async () => expect(await rows("SELECT id FROM smtp_message WHERE status = 'sent'")).toHaveLength(5));
    for (const { recipients } of microsoft.graph.sent) expect(recipients).toEqual(['to@example.org', 'hidden@example.org']);
    expect(microsoft.graph.sent).toHaveLength(5);
  });

  it('sends over SMTP with a token, at once and queued, with one sign-in', async () => {
    await start();
    await byToken();
    await app.mail.sendNow(message);
    await app.mail.send({ ...message, subject: 'queued' });
    await eventually(async () => expect((await first()).status).toBe('sent'));
    expect(exchange.logins.every((token) => token === microsoft.entra.issued[0]!.token)).toBe(true);
    expect(microsoft.entra.signIns).toHaveLength(1);
    expect(exchange.bodies.filter((body) => body.includes('Subject: queued'))).toHaveLength(1);
    await expectNoLeak();
  });

  it('tests both step by step, saved and as a draft, and keeps the outcome', async () => {
    await start();
    const graph = await byGraph();
    const token = await byToken();
    const names = async (work: ReturnType<SmtpApp['configs']['test']>) => (await work).steps.map(({ name, ok }) => `${name}:${ok}`);
    expect(await names(app.configs.test(graph.id, { to: 'me@example.org' }))).toEqual(['token:true', 'mailbox:true', 'message:true']);
    expect(await names(app.configs.testDraft({ id: graph.id }, { to: 'me@example.org', checkOnly: true }))).toHaveLength(3);
    expect(await names(app.configs.test(token.id, { to: 'me@example.org' }))).toContain('auth:true');
    const draft = { id: graph.id, clientSecret: 'a wrong secret' };
    expect(await names(app.configs.testDraft(draft, { to: 'me@example.org' }))).toEqual(['token:false']);
    expect(microsoft.graph.sent).toMatchObject([{ recipients: ['me@example.org'], subject: 'Application Email Configuration Test' }]);
    expect(microsoft.graph.sent[0]!.text).toContain(`Mailbox: ${USER}`);
    expect(await app.configs.findOne(graph.id)).toMatchObject({ lastTestStatus: 'ok', version: 1 });
    await expectNoLeak();
  });

  it.each<[string, () => void, string]>([
    ['consent is missing', () => microsoft.graph.permissions.clear(), 'PERMISSION'],
    ['the mailbox is unknown', () => microsoft.graph.mailboxes.clear(), 'MAILBOX'],
    ['a policy keeps the app away', () => microsoft.graph.blocked.add(USER), 'PERMISSION'],
    ['the sign-in fails', () => (microsoft.entra.script = () => ({ status: 503, body: '' })), 'CONNECTION'],
  ])('marks the configuration as failing while %s: no attempt is lost, and all leave afterwards', async (_what, breakIt, code) => {
    await start();
    breakIt();
    const { id } = await byGraph();
    for (const subject of ['one', 'two', 'three']) await app.mail.send({ ...message, subject });
    await eventually(async () => expect((await app.configs.findOne(id))!.failingError).toMatch(/\w/));
    expect(await rows('SELECT failing_code AS code FROM smtp_config_status')).toEqual([{ code }]);
    await expect(app.mail.sendNow(message)).rejects.toMatchObject({ code });
    expect(await rows("SELECT id FROM smtp_message WHERE attempts > 0 OR status NOT IN ('queued', 'sending')")).toEqual([]);
    microsoft.reset();
    await eventually(async () => expect(microsoft.graph.sent.map(({ subject }) => subject).toSorted()).toEqual(['one', 'three', 'two']));
    await eventually(async () => expect(await rows("SELECT id FROM smtp_message WHERE status = 'sent'")).toHaveLength(3));
    await expectNoLeak();
  });

  it('honours Retry-After: not asked before, no attempt lost, sent once', async () => {
    await start();
    await byGraph();
    microsoft.graph.before = answering(fault(429, 'ApplicationThrottled', 'Too many requests.', { 'retry-after': '2' }), 1);
    await app.mail.send(message);
    await eventually(async () => expect((await first()).last_code).toBe('THROTTLED'));
    const [{ due }] = (await rows<{ due: string | number }>('SELECT available_at AS due FROM smtp_message')) as [{ due: string | number }];
    expect(await app.log.find()).toMatchObject([{ status: 'queued', reason: 'backoff', attempts: 0 }]);
    expect(await attempts()).toEqual([
      { outcome: 'deferred', code: 'THROTTLED', reply: expect.stringContaining('429 ApplicationThrottled') },
    ]);
    await eventually(async () => expect((await first()).status).toBe('sent'));
    const [{ at }] = (await rows<{ at: string | number }>("SELECT at FROM smtp_message_attempt WHERE outcome = 'accepted'")) as [
      { at: string | number },
    ];
    expect(Number(at)).toBeGreaterThanOrEqual(Number(due));
    expect(microsoft.graph.requests).toHaveLength(2);
    expect(microsoft.graph.sent).toHaveLength(1);
  });

  it('sends 30 in a minute; what is more waits in the outbox, untouched', async () => {
    await start({ delivery: { concurrency: 50 } });
    await byGraph({ maxConnections: 50 });
    for (let i = 0; i < 40; i++) await app.mail.send({ ...message, subject: `n-${i}` });
    await eventually(async () => expect(await rows("SELECT id FROM smtp_message WHERE status = 'sent'")).toHaveLength(30));
    await eventually(async () => expect(await rows("SELECT id FROM smtp_message WHERE status = 'queued'")).toHaveLength(10));
    expect(await rows('SELECT id FROM smtp_message_attempt')).toHaveLength(30);
    await expect(app.mail.sendNow(message)).rejects.toMatchObject({ code: 'THROTTLED', retryAfterMs: expect.any(Number) });
    expect(microsoft.graph.sent).toHaveLength(30);
    expect(await rows("SELECT id FROM smtp_message WHERE status = 'queued' AND (attempts > 0 OR last_code IS NOT NULL)")).toEqual([]);
  });

  it('leaves what waits for a connection untouched, when Microsoft wants the mailbox to wait', async () => {
    await start();
    await byGraph({ maxConnections: 2 });
    microsoft.graph.before = answering(fault(429, 'ApplicationThrottled', 'Too many requests.', { 'retry-after': '3600' }));
    await app.mail.sendMany(Array.from({ length: 10 }, (_, i) => ({ ...message, subject: `n-${i}` })));
    const touched = () => rows("SELECT id FROM smtp_message WHERE last_code = 'THROTTLED'");
    await eventually(async () => {
      expect((await touched()).length).toBeGreaterThanOrEqual(Math.max(1, microsoft.graph.requests.length));
      expect(await rows("SELECT id FROM smtp_message WHERE status = 'queued'")).toHaveLength(10);
    });
    // One on each connection, of which one may have been stopped on its way.
    expect((await touched()).length).toBeLessThanOrEqual(2);
    expect(await rows('SELECT id FROM smtp_message WHERE attempts > 0')).toEqual([]);
  });

  it.each<[string, Reply]>([
    ['500 after it was accepted', fault(500, 'UnknownError', '')],
    ['a connection cut after the body', 'DROP'],
  ])('%s: tried again with the same Message-ID, or held for a person', async (_what, reply) => {
    await start();
    await byGraph();
    microsoft.graph.after = answering(reply, 1);
    await app.mail.send(message);
    await eventually(async () => expect((await first()).status).toBe('sent'));
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['ambiguous', 'accepted']);
    expect(new Set(microsoft.graph.sent.map(({ messageId }) => messageId)).size).toBe(1);
    expect(microsoft.graph.sent).toHaveLength(2);
    await app.close();
    microsoft.reset();
    await start({ delivery: { onAmbiguous: 'hold' } });
    await byGraph();
    microsoft.graph.after = answering(reply, 1);
    await app.mail.send(message);
    await eventually(async () => expect((await first()).status).toBe('unknown'));
    expect(microsoft.graph.sent).toHaveLength(1);
  });

  it('a message that Graph refuses fails alone, with Microsoft’s words', async () => {
    await start();
    await byGraph();
    microsoft.graph.before = answering(fault(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.'), 1);
    await app.mail.send(message);
    await eventually(async () => expect((await first()).status).toBe('failed'));
    expect(await first()).toMatchObject({ last_code: 'RECIPIENT', last_reply: expect.stringContaining('400 ErrorInvalidRecipients') });
    await app.mail.send({ ...message, subject: 'next' });
    await eventually(async () => expect(microsoft.graph.sent).toMatchObject([{ subject: 'next' }]));
  });

  it('puts no secret into an error', async () => {
    await start();
    await byGraph({ authMethod: 'password', password: USER_PASSWORD });
    microsoft.graph.before = ({ headers }) => fault(401, 'InvalidAuthenticationToken', `Your header was ${headers.authorization}`);
    const error = (await app.mail.sendNow(message).catch((thrown: unknown) => thrown)) as MailError;
    expect(error).toMatchObject({ code: 'AUTH', reply: expect.stringContaining('Your header was Bearer ***') });
    await expectNoLeak(error, error.cause, error.stack);
  });
});
