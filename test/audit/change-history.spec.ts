import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpAudit, type SmtpAuditEntry, type SmtpConfigInput } from '../../lib/index.js';
import { fingerprints } from '../../lib/options/certificates.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { KEY, startOn, startSmtpApp } from '../support/smtp-app.js';

const PASSWORD = 'never-in-the-history';
const SECRET_VALUE = 'from-the-vault-never-shown';
const admin = { email: 'ann@acme.io', id: 7, role: 'ADMINISTRATION_MANAGER', session: { token: 'of-the-session' } };
const call = { admin, address: '203.0.113.7' };

describe.each(databases)('The change history on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let inbox: Inbox;
  const told: SmtpAuditEntry[] = [];
  const vault = {
    id: 'vault',
    label: 'Vault',
    allows: (key: string) => (key === 'smtp/main' ? { key, label: 'Main', allowOwnCa: true } : undefined),
    choices: async () => [{ key: 'smtp/main', label: 'Main' }],
    resolve: async () => ({ value: SECRET_VALUE }),
  };
  const options = {
    activities: [{ key: 'invoice', label: 'Invoices' }],
    delivery: { run: false },
    audit: { onEntry: (entry: SmtpAuditEntry) => void told.push(entry) },
    secretSources: [vault],
  };
  const fields = (): SmtpConfigInput => ({
    name: 'main',
    host: 'localhost',
    port: inbox.port,
    username: inbox.username,
    password: inbox.password,
    caCertificate: inbox.ca,
    fromAddress: 'main@acme.io',
  });
  const entries = async (): Promise<SmtpAuditEntry[]> => (await app.history.find()).toReversed();
  const forget = () => app.dataSource.getRepository(SmtpAudit).createQueryBuilder().delete().execute();
  /** Returns the history entries that `work` adds. */
  const recorded = async (work: () => Promise<unknown>): Promise<SmtpAuditEntry[]> => {
    await forget();
    await work();
    return entries();
  };

  beforeAll(async () => {
    inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    app = await startOn(kind, options);
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    await app.activities.assign('invoice', null);
    await forget();
  });

  it('records the admin, time, address and fields of a new configuration', async () => {
    const { id } = await app.configs.create({ ...fields(), cc: ['a@b.c', 'd@e.f'] }, call);
    expect(await entries()).toEqual([
      {
        id: expect.any(String),
        at: expect.any(Date),
        caller: 'admin',
        person: 'ann@acme.io',
        personId: '7',
        address: '203.0.113.7',
        action: 'create',
        record: { type: 'config', id },
        recordName: 'main',
        changes: {
          name: { before: null, after: 'main' },
          type: { before: null, after: 'generic' },
          enabled: { before: null, after: true },
          isDefault: { before: null, after: false },
          fromAddress: { before: null, after: 'main@acme.io' },
          host: { before: null, after: 'localhost' },
          port: { before: null, after: inbox.port },
          security: { before: null, after: 'starttls' },
          authRequired: { before: null, after: true },
          authMethod: { before: null, after: 'password' },
          username: { before: null, after: 'user@acme.io' },
          password: { before: null, after: 'set' },
          passwordSource: { before: null, after: 'stored' },
          clientKeySource: { before: null, after: 'stored' },
          clientSecretSource: { before: null, after: 'stored' },
          proxyPasswordSource: { before: null, after: 'stored' },
          caCertificate: { before: null, after: fingerprints(inbox.ca) },
          cc: { before: null, after: ['a@b.c', 'd@e.f'] },
          timeoutScale: { before: null, after: 1 },
          maxConnections: { before: null, after: 5 },
        },
        details: {},
      },
    ]);
  });

  it('records only changed fields, and nothing for a save without changes', async () => {
    const { id } = await app.configs.create({ ...fields(), cc: ['a@b.c'] });
    const change = { description: 'Ours', cc: ['a@b.c', 'x@y.z'], enabled: false };
    expect(await recorded(() => app.configs.update(id, change, call))).toMatchObject([
      {
        action: 'update',
        person: 'ann@acme.io',
        changes: {
          description: { before: null, after: 'Ours' },
          cc: { before: ['a@b.c'], after: ['a@b.c', 'x@y.z'] },
          enabled: { before: true, after: false },
        },
      },
    ]);
    expect(Object.keys((await entries())[0]!.changes).toSorted()).toEqual(['cc', 'description', 'enabled']);
    expect(await recorded(() => app.configs.update(id, change, call))).toEqual([]);
  });

  it('records that a secret was replaced, moved to a source or removed, but not its value', async () => {
    const { id } = await app.configs.create(fields());
    const changes = async (input: SmtpConfigInput) => (await recorded(() => app.configs.update(id, input)))[0]?.changes;
    expect(await changes({ password: PASSWORD })).toEqual({ password: { before: 'set', after: 'changed' } });
    expect(await changes({ passwordSource: 'vault', passwordRef: 'smtp/main' })).toEqual({
      password: { before: 'set', after: null },
      passwordSource: { before: 'stored', after: 'vault' },
      passwordRef: { before: null, after: 'smtp/main' },
    });
  });

  it('records a new default with the previous one, once', async () => {
    const first = await app.configs.create({ ...fields(), isDefault: true });
    const second = await app.configs.create({ ...fields(), name: 'second' });
    expect(await recorded(() => app.configs.setDefault(second.id, call))).toMatchObject([
      {
        action: 'set_default',
        record: { type: 'config', id: second.id },
        recordName: 'second',
        changes: { isDefault: { before: false, after: true } },
        details: { previousDefault: 'main' },
      },
    ]);
    expect(await recorded(() => app.configs.setDefault(second.id, call))).toEqual([]);
    expect(await recorded(() => app.configs.update(first.id, { isDefault: true }))).toMatchObject([
      { action: 'update', changes: { isDefault: { before: false, after: true } }, details: { previousDefault: 'second' } },
    ]);
  });

  it('records the fields of a deleted configuration', async () => {
    const { id } = await app.configs.create({ ...fields(), isDefault: true });
    const [entry] = await recorded(() => app.configs.remove(id, call));
    expect(entry).toMatchObject({
      action: 'delete',
      record: { type: 'config', id },
      recordName: 'main',
      changes: {
        name: { before: 'main', after: null },
        isDefault: { before: true, after: null },
        password: { before: 'set', after: null },
        caCertificate: { before: fingerprints(inbox.ca), after: null },
      },
    });
  });

  it('records the original of a copy', async () => {
    const { id } = await app.configs.create(fields());
    expect(await recorded(() => app.configs.duplicate(id, { password: PASSWORD }, call))).toMatchObject([
      {
        action: 'duplicate',
        person: 'ann@acme.io',
        address: '203.0.113.7',
        recordName: 'main_copied',
        details: { original: 'main', originalId: id },
        changes: { password: { before: null, after: 'set' } },
      },
    ]);
  });

  it('records the new and the previous configuration of an activity', async () => {
    const { id } = await app.configs.create(fields());
    expect(await recorded(() => app.activities.assign('invoice', id, call))).toMatchObject([
      {
        action: 'assign',
        record: { type: 'activity', id: 'invoice' },
        recordName: 'Invoices',
        changes: { config: { before: null, after: 'main' }, configId: { before: null, after: id } },
      },
    ]);
    expect(await recorded(() => app.activities.assign('invoice', id, call))).toEqual([]);
    expect(await recorded(() => app.activities.assign('invoice', null, call))).toMatchObject([
      { changes: { config: { before: 'main', after: null }, configId: { before: id, after: null } } },
    ]);
  });

  it('records secrets that were reencrypted', async () => {
    const { id } = await app.configs.create(fields());
    const keys = { k1: KEY, k2: Buffer.alloc(32, 9).toString('base64') };
    const other = await startSmtpApp(app.database, { ...options, encryption: { current: 'k2', keys } });
    expect(await recorded(() => other.configs.reencryptSecrets(call))).toMatchObject([
      {
        action: 'reencrypt',
        person: 'ann@acme.io',
        record: { type: 'config', id },
        changes: {},
        details: { secret: 'password', keyBefore: 'k1', keyAfter: 'k2' },
      },
    ]);
    expect(await recorded(() => other.configs.reencryptSecrets(call))).toEqual([]);
    await app.configs.remove(id);
    await other.close();
  });

  describe('of connections to servers', () => {
    const target = () => ({ type: 'generic', host: 'localhost', port: inbox.port, security: 'starttls', username: 'user@acme.io' });

    it('records the admin, the recipient and the result of a test', async () => {
      const { id } = await app.configs.create(fields());
      expect(await recorded(() => app.configs.test(id, { to: 'me@acme.io' }, call))).toMatchObject([
        {
          action: 'test',
          person: 'ann@acme.io',
          record: { type: 'config', id },
          recordName: 'main',
          details: { ...target(), to: 'me@acme.io', checkOnly: false, ok: true },
        },
      ]);
      await app.configs.update(id, { password: 'wrong' });
      expect(await recorded(() => app.configs.test(id, { to: 'me@acme.io', checkOnly: true }))).toMatchObject([
        { caller: 'application', person: null, details: { checkOnly: true, ok: false, step: 'auth', code: 'AUTH' } },
      ]);
    });

    it('records the test of a draft, with or without a saved configuration', async () => {
      const { id } = await app.configs.create(fields());
      expect(await recorded(() => app.configs.testDraft({ id, maxConnections: 1 }, { to: 'me@acme.io' }, call))).toMatchObject([
        { action: 'test_draft', record: { type: 'config', id }, details: { ...target(), ok: true } },
      ]);
      expect(await recorded(() => app.configs.testDraft({ ...fields(), password: 'wrong' }, { to: 'me@acme.io' }))).toMatchObject([
        { action: 'test_draft', record: null, recordName: null, details: { ...target(), ok: false, code: 'AUTH' } },
      ]);
    });

    it('records a stopped test, and a test of a version that has changed since', async () => {
      const { id } = await app.configs.create(fields());
      const stop = new AbortController();
      const stopped = recorded(() =>
        app.configs.test(id, { to: 'me@acme.io', signal: stop.signal, onStep: () => stop.abort() }, call).catch(() => undefined),
      );
      expect(await stopped).toMatchObject([{ action: 'test', details: { ok: false, stopped: true } }]);
      await forget();
      await app.configs.test(id, {
        to: 'me@acme.io',
        onStep: ({ name }) =>
          void (name === 'dns' && app.dataSource.query(`UPDATE smtp_config SET version = 9, connection_version = 9 WHERE id = '${id}'`)),
      });
      expect(await entries()).toMatchObject([{ action: 'test', details: { ok: true } }]);
      expect(await app.configs.findOne(id)).toMatchObject({ lastTestStatus: null });
    });

    it('does not record a test that was refused before it connected', async () => {
      const { id } = await app.configs.create(fields());
      const refused = recorded(() => app.configs.test(id, { to: 'nobody' }, call).catch(() => undefined));
      expect(await refused).toEqual([]);
    });

    it('records detections, including those during a save', async () => {
      const question = { host: 'localhost', port: inbox.port, caCertificate: inbox.ca };
      expect(await recorded(() => app.configs.detectSecurity(question, call))).toMatchObject([
        { action: 'detect', person: 'ann@acme.io', details: { host: 'localhost', port: inbox.port, ok: true, security: 'starttls' } },
      ]);
      const { caCertificate: _, ...unknownCa } = fields();
      expect(await recorded(() => app.configs.create({ ...unknownCa, security: 'auto' }, call).catch(() => undefined))).toMatchObject([
        { action: 'detect', details: { host: 'localhost', ok: false, code: 'CERTIFICATE' } },
      ]);
      const both = await recorded(() => app.configs.create({ ...fields(), security: 'auto' }, call));
      expect(both.map(({ action }) => action)).toEqual(['detect', 'create']);
    });

    it('records fetched certificates', async () => {
      const question = { host: 'localhost', port: inbox.port, security: 'starttls' } as const;
      expect(await recorded(() => app.configs.fetchCertificates(question, call))).toMatchObject([
        { action: 'fetch_certificates', details: { ...question, ok: true } },
      ]);
      const failed = recorded(() => app.configs.fetchCertificates({ ...question, port: 1 }, call).catch(() => undefined));
      expect(await failed).toMatchObject([{ action: 'fetch_certificates', details: { port: 1, ok: false, code: 'CONNECTION' } }]);
    });

    it('records checked secrets of a source', async () => {
      expect(await recorded(() => app.configs.checkSecret({ source: 'vault', key: 'smtp/main' }, call))).toMatchObject([
        { action: 'check_secret', details: { source: 'vault', key: 'smtp/main', ok: true } },
      ]);
      expect(await recorded(() => app.configs.checkSecret({ source: 'vault', key: 'root\0' }, call))).toMatchObject([
        { details: { key: 'root\0', ok: false, reason: 'not_allowed' } },
      ]);
    });
  });

  it('keeps only the id and the address of an admin, limited in length', async () => {
    const long = { email: `${'ä'.repeat(1_000)}@acme.io`, id: randomUUID().repeat(100), token: 'of-the-session' };
    const asManager = { admin: { ...long, role: 'ADMINISTRATION_MANAGER' }, address: `1\0${'2'.repeat(500)}`, person: 'somebody else' };
    const [entry] = await recorded(() => app.configs.create(fields(), asManager));
    expect(entry).toMatchObject({ caller: 'admin', person: 'ä'.repeat(320), address: `1 ${'2'.repeat(62)}` });
    expect(entry!.personId).toHaveLength(255);
    expect(JSON.stringify(await app.dataSource.query('SELECT * FROM smtp_audit'))).not.toContain('of-the-session');
  });

  it('records the person that the application’s own code names', async () => {
    const [entry] = await recorded(() => app.configs.create(fields(), { person: 'nightly job', address: '::1' }));
    expect(entry).toMatchObject({ caller: 'application', person: 'nightly job', personId: null, address: '::1' });
  });

  it('keeps the longest configuration unabridged, and shortens only what does not fit into a column', async () => {
    const addresses = (length: number) => Array.from({ length: 50 }, (_, i) => `"${String(i).padEnd(length, 'ä')}" <a${i}@b.c>`);
    const usual = { cc: addresses(20), bcc: addresses(20), description: 'ä'.repeat(1_000) };
    const { id } = await app.configs.create({ ...fields(), ...usual });
    expect((await entries())[0]!.changes).toMatchObject({ cc: { after: usual.cc }, description: { after: usual.description } });
    await app.configs.update(id, { cc: addresses(249), bcc: addresses(249) });
    const [{ changes }] = (await recorded(() => app.configs.update(id, { cc: addresses(250), bcc: addresses(250) }))) as [SmtpAuditEntry];
    expect(changes.cc!.before).toHaveLength(50);
    expect(changes.cc!.after).toHaveLength(50);
    expect(Buffer.byteLength(JSON.stringify(changes))).toBeLessThanOrEqual(60_000);
  });

  it('contains no secret, ciphertext or token, in rows or in events', async () => {
    const { id } = await app.configs.create(fields(), call);
    await app.configs.update(id, { password: PASSWORD, description: 'x' }, call);
    await app.configs.duplicate(id, { password: PASSWORD }, call);
    await app.configs.test(id, { to: 'a@b.c' }, call);
    await app.configs.testDraft({ id, password: PASSWORD }, { to: 'a@b.c' }, call);
    await app.configs.update(id, { passwordSource: 'vault', passwordRef: 'smtp/main' }, call);
    await app.configs.test(id, { to: 'a@b.c' }, call);
    await app.configs.checkSecret({ source: 'vault', key: 'smtp/main', field: 'password' }, call);
    await app.configs.remove(id, call);
    await eventually(async () => expect(told.at(-1)).toMatchObject({ action: 'delete', record: { id } }));
    const everything = inspect([await app.dataSource.query('SELECT * FROM smtp_audit'), told], { depth: 9, maxArrayLength: null });
    for (const secret of [PASSWORD, SECRET_VALUE, 'of-the-session']) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
    }
    expect(everything).not.toMatch(/enc:v1|PRIVATE KEY|BEGIN CERTIFICATE/);
  });
});
