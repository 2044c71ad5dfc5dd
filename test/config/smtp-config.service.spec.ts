import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpConfig, type SmtpConfigInput, SmtpConfigStatus } from '../../lib/index.js';
import { catchError } from '../support/catch-error.js';
import { databases } from '../support/databases.js';
import { startOn } from '../support/smtp-app.js';
import { waitTurns } from '../support/turns.js';

const valid: SmtpConfigInput = {
  name: 'main',
  host: 'smtp.example.com',
  username: 'user@example.com',
  password: 'correct horse',
  fromName: 'Acme',
  fromAddress: 'no-reply@acme.io',
};

describe.each(databases)('SmtpConfigService on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  beforeAll(async () => {
    app = await startOn(kind, {
      activities: [
        { key: 'invoice', label: 'Invoices' },
        { key: 'reset', sensitive: true },
      ],
    });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
  });

  it('A1.6 defaults to STARTTLS, port 587 and authentication', async () => {
    expect(await app.configs.create(valid)).toMatchObject({
      security: 'starttls',
      port: 587,
      authRequired: true,
      type: 'generic',
      enabled: true,
      isDefault: false,
      maxConnections: 5,
      hasPassword: true,
      version: 1,
    });
  });

  it('A2.7 A2.8 A2.12 A2.13 A2.14 A2.15 A2.16 stores, lists and changes a configuration', async () => {
    const { id } = await app.configs.create(valid);
    expect(await app.configs.find()).toMatchObject([
      {
        id,
        name: 'main',
        host: 'smtp.example.com',
        port: 587,
        fromName: 'Acme',
        fromAddress: 'no-reply@acme.io',
        username: 'user@example.com',
      },
    ]);
    const changed = await app.configs.update(id, { description: 'Ours', version: 1 });
    expect(changed).toMatchObject({ description: 'Ours', version: 2, hasPassword: true });
  });

  it('A1.24 A2.17 never returns the password or its ciphertext', async () => {
    const created = await app.configs.create(valid);
    const views = JSON.stringify([created, await app.configs.find(), await app.configs.findOne(created.id)]);
    expect(views).not.toMatch(/correct horse|enc:v1|Cipher/);
    const [row] = await app.dataSource.query('SELECT password_cipher AS cipher FROM smtp_config');
    expect(row.cipher).toMatch(/^enc:v1:k1:/);
    expect(row.cipher).not.toContain('correct horse');
    expect(JSON.stringify(await app.dataSource.getRepository(SmtpConfig).find())).not.toContain('enc:v1');
  });

  it('A1.15 A1.16 stores no user name and no password without authentication', async () => {
    const created = await app.configs.create({ ...valid, security: 'none', authRequired: false });
    expect(created).toMatchObject({ authRequired: false, username: null, hasPassword: false, port: 25 });
  });

  it('deletes the stored password when authentication is turned off', async () => {
    const { id } = await app.configs.create(valid);
    expect(await app.configs.update(id, { security: 'none', authRequired: false })).toMatchObject({ hasPassword: false });
    const [row] = await app.dataSource.query('SELECT password_cipher AS cipher FROM smtp_config');
    expect(row.cipher).toBeNull();
  });

  it.each<[string, SmtpConfigInput, string, string]>([
    ['A3.3 an empty name', { name: '' }, 'name', 'name_format'],
    ['A3.3 a name with a space', { name: 'two words' }, 'name', 'name_format'],
    ['A3.3 a name of 51 characters', { name: 'x'.repeat(51) }, 'name', 'name_format'],
    ['A3.4 an unknown type', { type: 'pigeon' as never }, 'type', 'not_a_choice'],
    ['A1.7 A3.12 an empty host', { host: ' ' }, 'host', 'required'],
    ['a host that is a URL', { host: 'https://smtp.example.com' }, 'host', 'host_format'],
    ['a host with a path', { host: 'smtp.example.com/x.attacker.example' }, 'host', 'host_format'],
    ['a host with an escaped dot', { host: 'smtp%2eexample.com' }, 'host', 'host_format'],
    ['a host with a line break', { host: 'smtp.exa\nmple.com' }, 'host', 'host_format'],
    ...['1.2.3', '2130706433', '0x7f.1', '127.0.0.01', '127.1', '256.1.1.1', '1.2.3.4.5', '127.0.0.1.'].map(
      (host): [string, SmtpConfigInput, string, string] => [`the host ${host}`, { host }, 'host', 'host_numeric'],
    ),
    ...['１２７.０.０.１', '127。0。0。1', '０x7f.1'].map((host): [string, SmtpConfigInput, string, string] => [
      `the host ${host}`,
      { host },
      'host',
      /\.\d$/.test(host) ? 'host_numeric' : 'host_format',
    ]),
    ['a host with a port', { host: 'smtp.example.com:25' }, 'host', 'host_format'],
    ['a host that is too long', { host: `${'ü'.repeat(100_000)}.example` }, 'host', 'host_format'],
    ['a host with a user', { host: 'user@smtp.example.com' }, 'host', 'host_format'],
    ['a string as the list of activities', { copyActivities: 'invoice' as never }, 'copyActivities', 'not_text'],
    ['a signature with a NUL', { signature: 'a\0b' }, 'signature', 'control_characters'],
    ['a description with half a character', { description: 'a\ud800' }, 'description', 'control_characters'],
    ['a CA with a NUL', { caCertificate: '\0' }, 'caCertificate', 'pem'],
    ['A1.8 port 0', { port: 0 }, 'port', 'port_range'],
    ['A1.8 port 65536', { port: 65536 }, 'port', 'port_range'],
    ['A1.8 A3.13 no port', { port: null }, 'port', 'port_range'],
    ['A1.8 half a port', { port: 25.5 }, 'port', 'port_range'],
    ['A1.9 an unknown security', { security: 'ssl3' as never }, 'security', 'not_a_choice'],
    ['A1.12 an encrypted connection without authentication', { authRequired: false }, 'authRequired', 'auth_required'],
    ['a password without encryption', { security: 'none', authRequired: true }, 'authRequired', 'plaintext_auth_forbidden'],
    ['A1.15 an empty user name', { username: '' }, 'username', 'required'],
    ['A1.15 an empty password', { password: '' }, 'password', 'required'],
    ['A1.17 an invalid From address', { fromAddress: 'acme' }, 'fromAddress', 'email'],
    ['A1.17 two From addresses', { fromAddress: 'a@b.c, d@e.f' }, 'fromAddress', 'email'],
    ['A3.9 no From address if the user name is not one', { fromAddress: '', username: 'apikey' }, 'fromAddress', 'required'],
    ['A3.10 a signature of 251 characters', { signature: 'x'.repeat(251) }, 'signature', 'too_long'],
    ['A3.11 a description of 1001 characters', { description: 'x'.repeat(1001) }, 'description', 'too_long'],
    ['a From name with a line break', { fromName: 'Acme\nBcc: x@y.z' }, 'fromName', 'control_characters'],
    ['A5.13 a CC entry with two addresses', { cc: ['a@b.c, d@e.f'] }, 'cc', 'mailbox'],
    ['A5.14 a BCC entry that is a group', { bcc: ['team: a@b.c;'] }, 'bcc', 'mailbox'],
    ['A5.20 an undeclared activity', { copyActivities: ['nothing'] }, 'copyActivities', 'activity_unknown'],
    ['A5.20 a sensitive activity', { copyActivities: ['reset'] }, 'copyActivities', 'activity_sensitive'],
    ['a CA that is not a certificate', { caCertificate: 'hello' }, 'caCertificate', 'pem'],
    ['an unknown login mechanism', { authMechanism: 'NTLM' as never }, 'authMechanism', 'not_a_choice'],
    ['a login mechanism of another method', { authMechanism: 'XOAUTH2' }, 'authMechanism', 'mechanism_method'],
    ['an address as the TLS server name', { tlsServerName: '192.0.2.1' }, 'tlsServerName', 'tls_server_name'],
    ['a URL as the TLS server name', { tlsServerName: 'https://x.example' }, 'tlsServerName', 'tls_server_name'],
    ['eleven times the time', { timeoutScale: 11 }, 'timeoutScale', 'not_a_number'],
    ['half the time', { timeoutScale: 0.5 }, 'timeoutScale', 'not_a_number'],
    ['no time limit factor', { timeoutScale: null }, 'timeoutScale', 'not_a_number'],
    ['a bounce address with a name', { envelopeFrom: 'Bounces <b@acme.io>' }, 'envelopeFrom', 'email'],
    ['a name as the local address', { localAddress: 'localhost' }, 'localAddress', 'local_address'],
    ['a proxy URL without a port', { proxyUrl: 'http://proxy.example.com' }, 'proxyUrl', 'proxy_url'],
    ['a proxy URL with a login', { proxyUrl: 'http://user:word@proxy.example.com:3128' }, 'proxyUrl', 'proxy_url'],
    ['a proxy URL of another protocol', { proxyUrl: 'socks4://proxy.example.com:1080' }, 'proxyUrl', 'proxy_url'],
    ['a proxy whose host is a number', { proxyUrl: 'http://2130706433:3128' }, 'proxyUrl', 'proxy_url'],
    ['a proxy user with a colon', { proxyUrl: 'http://127.0.0.1:3128', proxyUser: 'a:b', proxyPassword: 'x' }, 'proxyUser', 'proxy_user'],
    ['a proxy user without a password', { proxyUrl: 'http://127.0.0.1:3128', proxyUser: 'a' }, 'proxyPassword', 'required'],
    ['half an address as the local address', { localAddress: '127.1' }, 'localAddress', 'local_address'],
    ['an EHLO name with a space', { ehloName: 'web 1' }, 'ehloName', 'ehlo_name'],
    ['an EHLO name that is a number', { ehloName: '1.2.3' }, 'ehloName', 'ehlo_name'],
    ['an address without brackets as the EHLO name', { ehloName: '192.0.2.1' }, 'ehloName', 'ehlo_name'],
    ['an EHLO name that is not text', { ehloName: 7 as never }, 'ehloName', 'ehlo_name'],
    ['51 connections', { maxConnections: 51 }, 'maxConnections', 'not_a_number'],
    ['a field that does not exist', { passwordCipher: 'x' } as never, 'passwordCipher', 'unknown_field'],
    ['an unknown source of secrets', { passwordSource: 'nowhere', passwordRef: 'x' }, 'passwordSource', 'not_a_choice'],
    ['an object in place of a string', { host: { a: 1 } as never }, 'host', 'host_format'],
  ])('A1.21 rejects %s and stores nothing', async (_what, input, field, code) => {
    const error = await catchError(app.configs.create({ ...valid, ...input }));
    expect(error).toMatchObject({ code: 'VALIDATION', fields: { [field]: { code, message: expect.any(String) } } });
    expect(await app.configs.find()).toEqual([]);
  });

  it('reports all invalid fields together', async () => {
    const error = await catchError(app.configs.create({ name: '', host: '', port: 0 }));
    expect(Object.keys(error.fields!).sort()).toEqual(['fromAddress', 'host', 'name', 'password', 'port', 'username']);
  });

  it('A2.10 rejects a name that differs only in case', async () => {
    await app.configs.create(valid);
    const error = await catchError(app.configs.create({ ...valid, name: 'MAIN' }));
    expect(error.fields).toMatchObject({ name: { code: 'name_taken' } });
  });

  it('creates one of several racing configurations with the same name, and rejects the others at the field', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => app.configs.create(valid)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(results.length - refused.length).toBe(1);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'VALIDATION', fields: { name: { code: 'name_taken' } } });
  });

  it.each([
    [' SMTP.Example.COM ', 'smtp.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['smtp。example。com', 'smtp.example.com'],
    ['[::1]', '::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['my_relay', 'my_relay'],
  ])('A4.4 stores one spelling of the host %j', async (typed, stored) => {
    expect((await app.configs.create({ ...valid, host: typed })).host).toBe(stored);
  });

  it('keeps the chosen login mechanism, which is no part of the destination, until there is no login', async () => {
    const { id } = await app.configs.create({ ...valid, authMechanism: 'LOGIN' });
    expect(await app.configs.update(id, { authMechanism: 'PLAIN' })).toMatchObject({ authMechanism: 'PLAIN', hasPassword: true });
    expect(await app.configs.update(id, { security: 'none', authRequired: false })).toMatchObject({ authMechanism: null });
  });

  it.each([
    [' App.Example.COM ', 'app.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
    ['', null],
  ])('stores one spelling of the EHLO name %j', async (typed, stored) => {
    expect((await app.configs.create({ ...valid, ehloName: typed })).ehloName).toBe(stored);
  });

  it('lists configurations even if a row is damaged', async () => {
    await app.configs.create({ ...valid, cc: ['a@b.c'] });
    await app.dataSource.query("UPDATE smtp_config SET cc = 'no list', bcc = '{}'");
    // The form shows damaged lists, because an empty list would replace them with the next save.
    expect(await app.configs.find()).toMatchObject([{ cc: ['no list'], bcc: ['{}'] }]);
  });

  it.each(['', 'nobody', '\0', "'; DROP TABLE smtp_config", 'x'.repeat(10_000), 5 as never, null as never])(
    'finds nothing for the id %j',
    async (id) => {
      expect(await app.configs.findOne(id)).toBeNull();
      expect(await catchError(app.configs.remove(id))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await catchError(app.configs.update(id, {}))).toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  it('A3.10 keeps the symbols and line breaks of a signature, as LF', async () => {
    const { signature } = await app.configs.create({ ...valid, signature: 'Grüße ✉️ & <co>\r\nAcme' });
    expect(signature).toBe('Grüße ✉️ & <co>\nAcme');
  });

  it('counts characters, not bytes or surrogates', async () => {
    expect((await app.configs.create({ ...valid, signature: '😀'.repeat(250) })).signature).toHaveLength(500);
  });

  describe('the default', () => {
    it('A3.5 is replaced by a new default', async () => {
      const first = await app.configs.create({ ...valid, isDefault: true });
      const second = await app.configs.create({ ...valid, name: 'second', isDefault: true });
      expect((await app.configs.findDefault())?.id).toBe(second.id);
      await app.configs.setDefault(first.id);
      expect((await app.configs.find()).map(({ name, isDefault }) => [name, isDefault])).toEqual([
        ['main', true],
        ['second', false],
      ]);
    });

    it('A3.6 can be cleared', async () => {
      const { id } = await app.configs.create({ ...valid, isDefault: true });
      expect(await app.configs.update(id, { isDefault: false })).toMatchObject({ isDefault: false });
      expect(await app.configs.findDefault()).toBeNull();
    });

    it('does not change when another configuration is saved', async () => {
      const first = await app.configs.create({ ...valid, isDefault: true });
      const second = await app.configs.create({ ...valid, name: 'second' });
      const saving = app.configs.update(first.id, { description: 'saved' });
      await app.configs.setDefault(second.id);
      await saving;
      await app.configs.update(first.id, { description: 'again' });
      expect((await app.configs.findDefault())?.id).toBe(second.id);
    });

    it('A3.31 can be deleted, which leaves no default', async () => {
      const { id } = await app.configs.create({ ...valid, isDefault: true });
      await app.configs.remove(id);
      expect(await app.configs.findDefault()).toBeNull();
    });

    it('is exactly one configuration after fifty racing calls, which all succeed', async () => {
      const existing = await Promise.all(Array.from({ length: 5 }, (_, i) => app.configs.create({ ...valid, name: `old_${i}` })));
      const calls = Array.from({ length: 50 }, (_, i) =>
        i % 2 ? app.configs.setDefault(existing[i % 5]!.id) : app.configs.create({ ...valid, name: `new_${i}`, isDefault: true }),
      );
      await Promise.all(calls);
      expect((await app.configs.find()).filter(({ isDefault }) => isDefault)).toHaveLength(1);
      expect(await app.dataSource.query('SELECT count(*) AS n FROM smtp_default')).toMatchObject([{ n: expect.anything() }]);
    });

    it('cannot be a configuration that does not exist', async () => {
      expect(await catchError(app.configs.setDefault('nobody'))).toMatchObject({ code: 'NOT_FOUND' });
    });
  });

  describe('saving', () => {
    it('rejects a stale copy with an explanation and changes nothing', async () => {
      const { id, version } = await app.configs.create(valid);
      await app.configs.update(id, { description: 'first', version });
      const error = await catchError(app.configs.update(id, { description: 'second', version }));
      expect(error).toMatchObject({ code: 'STALE', fields: { version: { code: 'stale' } } });
      expect(error.message).toContain('while you were editing');
      expect((await app.configs.findOne(id))!.description).toBe('first');
    });

    it('accepts one of several racing saves of the same copy', async () => {
      const { id, version } = await app.configs.create(valid);
      const results = await Promise.allSettled(
        Array.from({ length: 6 }, (_, i) => app.configs.update(id, { description: `by ${i}`, version })),
      );
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(5);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'STALE' });
    });

    it('A1.23 keeps the stored password if the field is empty', async () => {
      const { id } = await app.configs.create(valid);
      const before = await app.dataSource.query('SELECT password_cipher AS cipher FROM smtp_config');
      await app.configs.update(id, { fromName: 'Other', password: '' });
      expect(await app.dataSource.query('SELECT password_cipher AS cipher FROM smtp_config')).toEqual(before);
    });

    it('takes part in the caller’s transaction', async () => {
      const { id } = await app.configs.create(valid);
      const failure = new Error('the host changed its mind');
      await expect(
        app.dataSource.transaction(async (manager) => {
          await app.configs.create({ ...valid, name: 'inside' }, { manager });
          await app.configs.update(id, { description: 'inside' }, { manager });
          expect(await app.configs.find({}, { manager })).toHaveLength(2);
          throw failure;
        }),
      ).rejects.toBe(failure);
      expect(await app.configs.find()).toMatchObject([{ name: 'main', description: null }]);
    });

    it('does not take part in another open transaction of the host', async () => {
      const { id } = await app.configs.create(valid);
      let save!: Promise<unknown>;
      const failure = new Error('rolled back');
      await expect(
        app.dataSource.transaction(async (manager) => {
          await manager.query("UPDATE smtp_activity SET config_id = 'x' WHERE activity_key = 'nothing'");
          save = app.configs.update(id, { description: 'survives' });
          await waitTurns(5);
          throw failure;
        }),
      ).rejects.toBe(failure);
      await save;
      expect((await app.configs.findOne(id))!.description).toBe('survives');
    });
  });

  describe('duplicating', () => {
    it('A3.22 A3.24 A3.25 copies everything but the password and the default, as <name>_copied, _copied2, …', async () => {
      const { id } = await app.configs.create({ ...valid, isDefault: true, signature: 'S', cc: ['a@b.c'], copyActivities: ['invoice'] });
      const copies = [await app.configs.duplicate(id, { password: 'p' }), await app.configs.duplicate(id, { password: 'p' })];
      expect(copies.map(({ name }) => name)).toEqual(['main_copied', 'main_copied2']);
      expect(copies[0]).toMatchObject({
        isDefault: false,
        signature: 'S',
        cc: ['a@b.c'],
        copyActivities: ['invoice'],
        host: 'smtp.example.com',
        version: 1,
      });
    });

    it('A3.23 requires the password', async () => {
      const { id } = await app.configs.create(valid);
      expect((await catchError(app.configs.duplicate(id))).fields).toMatchObject({ password: { code: 'password_needed' } });
      expect(await app.configs.find()).toHaveLength(1);
    });

    it('A3.25 shortens the name to fifty characters', async () => {
      const { id } = await app.configs.create({ ...valid, name: 'n'.repeat(50) });
      expect((await app.configs.duplicate(id, { password: 'p' })).name).toBe(`${'n'.repeat(43)}_copied`);
    });

    it('requires no password if none is stored', async () => {
      const { id } = await app.configs.create({ ...valid, security: 'none', authRequired: false });
      expect(await app.configs.duplicate(id)).toMatchObject({ name: 'main_copied', hasPassword: false });
    });

    it('leaves out activities that are no longer declared', async () => {
      const { id } = await app.configs.create({ ...valid, copyActivities: ['invoice'] });
      await app.dataSource.query(`UPDATE smtp_config SET copy_activities = '["invoice","old"]'`);
      expect((await app.configs.update(id, { description: 'x' })).copyActivities).toEqual(['invoice', 'old']);
      expect((await app.configs.duplicate(id, { password: 'p' })).copyActivities).toEqual(['invoice']);
    });

    it('gives racing copies different names', async () => {
      const { id } = await app.configs.create(valid);
      const copies = await Promise.all(Array.from({ length: 5 }, () => app.configs.duplicate(id, { password: 'p' })));
      expect(new Set(copies.map(({ name }) => name)).size).toBe(5);
    });
  });

  describe('finding', () => {
    it('A2.3 filters by text, and takes % and _ literally', async () => {
      await app.configs.create({ ...valid, name: 'news_letter' });
      await app.configs.create({ ...valid, name: 'newsXletter', description: '100 %' });
      const findNames = async (filters: object): Promise<string[]> => (await app.configs.find({ filters })).map(({ name }) => name);
      expect(await findNames({ name: 'NEWS' })).toHaveLength(2);
      expect(await findNames({ name: 's_l' })).toEqual(['news_letter']);
      expect(await findNames({ description: '%' })).toEqual(['newsXletter']);
      expect(await findNames({ isDefault: true })).toEqual([]);
      expect(await findNames({ enabled: true })).toHaveLength(2);
      expect(await app.configs.count({ filters: { name: 's_l' } })).toBe(1);
      expect(await findNames({ name: '\0' })).toEqual([]);
    });

    it('A2.3 searches the name, the server and the sender, in every script', async () => {
      await app.configs.create({ ...valid, name: 'by_name', host: 'a.example.com' });
      await app.configs.create({ ...valid, name: 'two', host: 'relay.example.net', fromName: 'ООО Ромашка' });
      await app.configs.create({ ...valid, name: 'three', host: 'c.example.com', fromName: '株式会社 📮', fromAddress: 'news@acme.io' });
      await app.configs.create({ ...valid, name: 'four', host: 'd.example.com', fromName: 'شركة 100%', username: 'mailbox@acme.io' });
      const findNames = async (search: string): Promise<string[]> =>
        (await app.configs.find({ filters: { search } })).map(({ name }) => name);
      expect(await findNames('BY_N')).toEqual(['by_name']);
      expect(await findNames('Relay.')).toEqual(['two']);
      expect(await findNames('news@')).toEqual(['three']);
      expect(await findNames('MAILBOX@')).toEqual(['four']);
      for (const [text, name] of [
        ['ООО Ром', 'two'],
        ['омашка', 'two'],
        ['式会', 'three'],
        ['📮', 'three'],
        ['شركة', 'four'],
        ['0%', 'four'],
      ] as const) {
        expect([text, await findNames(text)]).toEqual([text, [name]]);
      }
      for (const none of ['correct', 'enc:', '\0', '!', "'", '\\']) expect([none, await findNames(none)]).toEqual([none, []]);
      expect(await findNames('')).toHaveLength(4);
      expect(await app.configs.count({ filters: { search: 'example', type: 'ms_graph' } })).toBe(0);
    });

    it('filters by health', async () => {
      const createConfig = (name: string, enabled = true) => app.configs.create({ ...valid, name, enabled });
      const setStatus = async (id: string, set: object) => {
        await app.dataSource.getRepository(SmtpConfigStatus).save({ configId: id, ...set });
      };
      const failing = { failingSince: new Date(), failingCode: 'AUTH', failingError: 'refused' };
      await createConfig('new');
      await setStatus((await createConfig('good')).id, { lastTestStatus: 'ok', lastTestAt: new Date(), lastTestVersion: 1 });
      await setStatus((await createConfig('bad')).id, { lastTestStatus: 'failed', lastTestAt: new Date(), lastTestVersion: 1 });
      await setStatus((await createConfig('waits')).id, { lastTestStatus: 'ok', lastTestVersion: 1, ...failing, failingVersion: 1 });
      await setStatus((await createConfig('mended')).id, { ...failing, failingVersion: 0 });
      await setStatus((await createConfig('asleep', false)).id, { lastTestStatus: 'failed', lastTestAt: new Date(), lastTestVersion: 1 });
      const findNames = async (health: string): Promise<string[]> =>
        (await app.configs.find({ filters: { health } })).map(({ name }) => name);
      expect(await findNames('failing')).toEqual(['waits']);
      expect(await findNames('test_failed')).toEqual(['bad']);
      expect(await findNames('disabled')).toEqual(['asleep']);
      expect(await findNames('untested')).toEqual(['mended', 'new']);
      expect(await findNames('working')).toEqual(['good']);
      expect(await findNames('nonsense')).toEqual([]);
    });

    it.each([
      'name',
      'type',
      'host',
      'port',
      'security',
      'fromAddress',
      'enabled',
      'health',
      'lastTestAt',
      'createdAt',
      'updatedAt',
    ] as const)('sorts by %s', async (sortBy) => {
      await app.configs.create({ ...valid, name: 'B_one' });
      await app.configs.create({ ...valid, name: 'a_two' });
      expect(await app.configs.find({ sortBy, direction: 'desc', limit: 1, offset: 1 })).toHaveLength(1);
    });
  });

  it('A1.36 A3.30 deletes a configuration with its secret', async () => {
    const { id } = await app.configs.create(valid);
    await app.configs.remove(id);
    expect(await app.configs.findOne(id)).toBeNull();
    expect(await app.dataSource.query('SELECT * FROM smtp_config')).toEqual([]);
    expect(await catchError(app.configs.remove(id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('leaves nothing for the schema builder to change', async () => {
    const { upQueries } = await app.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
