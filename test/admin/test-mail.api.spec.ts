import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '../../lib/admin/locales/index.js';
import { testMail } from '../../lib/config/test-mail.js';
import { TEST_MAIL } from '../../lib/config/test-mail-texts.js';
import { blankSettings } from '../../lib/shared/config-fields.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';

const api = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;
const recordApi = (id: string, action: string): string => `/api/resources/SmtpConfig/records/${id}/${action}`;
const PASSWORD = 'correct horse';

describe('The test email', () => {
  let inbox: Inbox;
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  let id: string;

  beforeAll(async () => {
    inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    app = await startAdminApp('sqlite', { appName: 'Acme', trustedCa: inbox.ca });
    manager = await app.signIn('admin@example.com');
    viewer = await app.signIn('viewer@example.com');
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(async () => {
    inbox.clear();
    for (const config of await app.configs.find()) await app.configs.remove(config.id);
    ({ id } = await app.configs.create({ ...fields(), name: 'saved_name' }));
  });
  const fields = () => ({ host: 'localhost', port: inbox.port, username: 'user@acme.io', password: PASSWORD });

  it.each(Object.entries(LANGUAGES))('A1.32 A3.28 is in the language of the panel: %s', async (language, { testMail: own, smtpConfig }) => {
    const { json } = await manager.post(recordApi(id, 'test'), { to: ['a@b.c'], language });
    expect(json).toMatchObject({ report: { ok: true } });
    const { subject, text } = await inbox.waitFor();
    expect(subject).toBe(own.subject.replace('{{appName}}', 'Acme'));
    const { properties, labels } = smtpConfig;
    const facts = [
      [own.name, 'saved_name'],
      [properties.type, labels.type_generic],
      [properties.host, 'localhost'],
      [properties.port, String(inbox.port)],
      [properties.security, 'STARTTLS'],
      [properties.username, 'user@acme.io'],
    ];
    for (const [label, value] of facts) expect(text).toContain(own.fact.replace('{{label}}', label!).replace('{{value}}', value!));
    expect(text).toContain(own.intro.replace('{{appName}}', 'Acme'));
    expect(text).not.toMatch(/\{\{|undefined|null/);
    if (language !== 'en') expect(subject).not.toContain('Configuration Test');
  });

  it('A1.32 is in English without a language, or with one that the panel does not support', async () => {
    for (const language of [undefined, 'tlh', '__proto__', { a: 1 }]) {
      await manager.post(recordApi(id, 'test'), { to: 'a@b.c', language });
      expect((await inbox.waitFor()).subject).toBe('Acme Email Configuration Test');
      inbox.clear();
    }
    await app.configs.test(id, { to: 'a@b.c' });
    expect((await inbox.waitFor()).text).toContain('Type: SMTP server');
  });

  it('contains the name of the configuration from the form, on one line', async () => {
    const { password: _, ...rest } = fields();
    await manager.post(api('testDraft'), { ...rest, id, name: 'new_name', to: 'a@b.c' });
    expect((await inbox.waitFor()).text).toContain('Configuration: new_name\n');
    inbox.clear();
    await manager.post(api('testDraft'), { ...fields(), name: 'two\nlines '.repeat(20), to: 'a@b.c' });
    expect((await inbox.waitFor()).text).toMatch(/Configuration: two lines two [\w ]{1,40}\nType: /);
    inbox.clear();
    await manager.post(api('testDraft'), { ...fields(), to: 'a@b.c' });
    expect((await inbox.waitFor()).text).not.toContain('Configuration: ');
  });

  it('describes Microsoft Graph and a server without a login', () => {
    const graph = { ...blankSettings(), type: 'ms_graph' as const, graphCloud: 'global', username: 'news@acme.io' };
    expect(testMail(graph, app.options, {}).text).toMatch(/Type: Microsoft Graph\nCloud: .+\nUser name: news@acme\.io\n/);
    const open = { ...blankSettings(), host: '10.0.0.7', port: 25, security: 'none' as const, authRequired: false };
    expect(testMail(open, app.options, { texts: { ...TEST_MAIL, types: { generic: 'Own server' } } }).text).toMatch(
      /Type: Own server\nHost name: 10\.0\.0\.7\nPort: 25\nSecurity: no encryption\nUser name: no authentication\n/,
    );
  });

  it('A1.28 is sent to several recipients in one message, each once', async () => {
    const { json } = await manager.post(recordApi(id, 'test'), { to: ['a@b.c', 'd@e.f', 'a@b.c'] });
    expect(json.report.steps.find(({ name }: { name: string }) => name === 'recipient').recipients).toEqual([
      { address: 'a@b.c', ok: true },
      { address: 'd@e.f', ok: true },
    ]);
    expect((await inbox.waitFor()).to).toEqual(['a@b.c', 'd@e.f']);
    expect(inbox.mails).toHaveLength(1);
    expect(await app.configs.tests(id)).toMatchObject([{ recipients: ['a@b.c', 'd@e.f'], person: 'admin@example.com' }]);
    expect((await app.history.find({ action: 'test', limit: 1 }))[0]!.details).toMatchObject({ to: 'a@b.c, d@e.f' });
  });

  it.each<[unknown, string]>([
    [[], 'email'],
    [['a@b.c', 'nobody'], 'email'],
    [['a@b.c', { address: 'd@e.f' }], 'email'],
    [['a@b.c\r\nRCPT TO:<x@y.z>'], 'email'],
    ['a@b.c, d@e.f', 'email'],
    [7, 'email'],
    [Array.from({ length: 11 }, (_, index) => `a${index}@b.c`), 'too_many'],
  ])('A3.29 is not sent to %j', async (to, type) => {
    const { json } = await manager.post(recordApi(id, 'test'), { to });
    expect(json).toMatchObject({ notice: { message: 'testRecipientInvalid' }, report: { steps: [] }, errors: { to: { type } } });
    expect(inbox.mails).toEqual([]);
    expect(await app.configs.tests(id)).toEqual([]);
  });

  it('lists the last tests for everyone who may view them, without secrets', async () => {
    await manager.post(recordApi(id, 'test'), { to: 'a@b.c' });
    await app.configs.update(id, { password: 'wrong' });
    await manager.post(recordApi(id, 'test'), { to: 'a@b.c', checkOnly: true });
    for (const client of [manager, viewer]) {
      const { json, raw } = await client.get(recordApi(id, 'tests'));
      expect(json.tests).toMatchObject([
        { ok: false, checkOnly: true, error: expect.stringMatching(/password/i), steps: expect.any(Array) },
        { ok: true, checkOnly: false, error: null, ms: expect.any(Number), at: expect.any(String) },
      ]);
      expect(raw).not.toContain(PASSWORD);
      expect(raw).not.toContain('fingerprint');
    }
    expect((await app.nobody.get(recordApi(id, 'tests'))).json?.tests).toBeUndefined();
  });

  it('returns the record and its new health for a form with an unchanged connection', async () => {
    const { password: _, ...rest } = fields();
    const { json } = await manager.post(api('testDraft'), { ...rest, id, description: 'x', to: 'a@b.c' });
    expect(json.record.params).toMatchObject({ health: 'working', lastTestStatus: 'ok', description: null });
  });
});
