import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { internalSecrets, type SmtpConfigInput } from '../../lib/index.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startHttpProxy, startSocksProxy, type TestProxy } from '../support/proxies.js';
import { startOn, startSmtpApp } from '../support/smtp-app.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const LOGIN = { username: 'proxy-user', password: 'pr0xy-s3cret' };
const SENT = `${LOGIN.username}:${LOGIN.password}`;
const MAIL = { to: 'to@example.org', subject: 'Hello', text: 'Hello there.' };
const TO = { to: 'a@b.c' };

describe.each(databases)('The proxy of a configuration on $name', ({ name: kind }) => {
  const serve = useServer();
  let certificates: Certificates;
  let app: Awaited<ReturnType<typeof startOn>>;
  let server: ScriptedServer;
  let proxy: TestProxy;
  let other: TestProxy;
  let id: string;
  const urlOf = ({ host, port }: TestProxy, protocol = 'http') => `${protocol}://${host}:${port}`;
  const fields = (): SmtpConfigInput => ({
    name: 'main',
    host: 'localhost',
    port: server.port,
    username: 'user@acme.io',
    password: 'secret',
    caCertificate: certificates.ca,
    isDefault: true,
    proxyUrl: urlOf(proxy),
    proxyUser: LOGIN.username,
    proxyPassword: LOGIN.password,
  });

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  beforeEach(async () => {
    server = await serve({ tls: certificates.good });
    proxy = await startHttpProxy({ login: LOGIN });
    other = await startHttpProxy({ login: LOGIN });
    app = await startOn(kind, { delivery: { pollEveryMs: 50, reconnectEveryMs: 100 } });
    ({ id } = await app.configs.create(fields()));
  });
  afterEach(async () => {
    await app.close();
    await Promise.all([proxy.close(), other.close()]);
  });

  it('is used with its stored login in delivery, in a test, by Detect and by Fetch', async () => {
    await app.mail.sendNow(MAIL);
    expect((await app.configs.test(id, TO)).ok).toBe(true);
    expect((await app.configs.testDraft({ id }, TO)).ok).toBe(true);
    const { host, port, proxyUrl, proxyUser, caCertificate } = fields();
    const target = { id, host: host!, port: port!, proxyUrl, proxyUser, caCertificate };
    expect(await app.configs.detectSecurity(target)).toMatchObject({ security: 'starttls' });
    expect(await app.configs.fetchCertificates({ ...target, security: 'starttls' })).toMatchObject({ isTrusted: true });
    expect(new Set(proxy.targets)).toEqual(new Set([`127.0.0.1:${server.port}`]));
    expect(new Set(proxy.logins)).toEqual(new Set([SENT]));
    expect(server.mostOpen).toBeGreaterThan(0);
  });

  it('is used with an entered login by Detect, by Fetch, and when the security is detected at saving', async () => {
    const { host, port, proxyUrl, proxyUser, proxyPassword, caCertificate } = fields();
    const target = { host: host!, port: port!, proxyUrl, proxyUser, proxyPassword, caCertificate };
    expect(await app.configs.detectSecurity(target)).toMatchObject({ security: 'starttls' });
    expect(await app.configs.fetchCertificates({ ...target, security: 'starttls' })).toMatchObject({ isTrusted: true });
    expect(await app.configs.create({ ...fields(), name: 'detected', isDefault: false, security: 'auto' })).toMatchObject({
      security: 'starttls',
    });
    expect(proxy.logins.length).toBeGreaterThan(2);
    const missing = await catchError(app.configs.detectSecurity({ ...target, proxyPassword: '' }));
    expect(missing.fields).toMatchObject({ proxyPassword: { code: 'required' } });
  });

  it('gets its password only if its URL is the one that the password was entered for', async () => {
    const moved = { proxyUrl: urlOf(other), password: 'secret' };
    for (const work of [
      app.configs.update(id, moved),
      app.configs.testDraft({ id, ...moved }, TO),
      app.configs.detectSecurity({ id, host: 'localhost', port: server.port, proxyUrl: urlOf(other), proxyUser: LOGIN.username }),
      app.configs.fetchCertificates({
        id,
        host: 'localhost',
        port: server.port,
        security: 'starttls',
        proxyUrl: urlOf(other, 'socks5'),
        proxyUser: LOGIN.username,
      }),
    ]) {
      expect((await catchError(work)).fields).toEqual({ proxyPassword: expect.objectContaining({ code: 'destination_changed' }) });
    }
    await app.dataSource.query(`UPDATE smtp_config SET proxy_url = '${urlOf(other)}', version = 2`);
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET' });
    expect(await app.configs.test(id, TO)).toMatchObject({ ok: false, steps: [{ code: 'SECRET' }] });
    expect([...other.targets, ...other.logins]).toEqual([]);
  });

  it('keeps its password when the server changes, and the password of the server does not follow another proxy', async () => {
    expect(await app.configs.update(id, { host: '127.0.0.1', password: 'secret', proxyPassword: '' })).toMatchObject({
      hasProxyPassword: true,
    });
    await app.mail.sendNow(MAIL).catch(() => undefined);
    expect(proxy.logins).toContain(SENT);
    const change = { proxyUrl: urlOf(other), proxyPassword: LOGIN.password };
    expect((await catchError(app.configs.update(id, change))).fields).toEqual({
      password: expect.objectContaining({ code: 'destination_changed' }),
    });
  });

  it('keeps its password while only the spelling of its URL changes, and loses it with the user name or the URL', async () => {
    expect(await app.configs.update(id, { proxyUrl: ` HTTP://${proxy.host}:${proxy.port}/ ` })).toMatchObject({
      proxyUrl: urlOf(proxy),
      hasProxyPassword: true,
    });
    expect(await app.configs.update(id, { proxyUser: '' })).toMatchObject({ proxyUser: null, hasProxyPassword: false });
    await app.configs.update(id, { proxyUser: LOGIN.username, proxyPassword: LOGIN.password });
    expect(await app.configs.update(id, { proxyUrl: null, password: 'secret' })).toMatchObject({
      proxyUrl: null,
      proxyUser: null,
      hasProxyPassword: false,
    });
  });

  it('never gives its password back', async () => {
    const views = [await app.configs.findOne(id), await app.configs.update(id, { description: 'x' })];
    const history = await app.history.find();
    const row = await app.dataSource.query('SELECT * FROM smtp_config');
    expect(JSON.stringify([views, history, row])).not.toContain(LOGIN.password);
    expect(JSON.stringify([views, history])).not.toContain('enc:v1');
    const copy = await catchError(app.configs.duplicate(id, { password: 'secret' }));
    expect(copy.fields).toEqual({ proxyPassword: expect.objectContaining({ code: 'password_needed' }) });
    expect(await app.configs.duplicate(id, { password: 'secret', proxyPassword: LOGIN.password })).toMatchObject({
      hasProxyPassword: true,
    });
  });

  it('that refuses the login makes mail wait, without using an attempt, until it is corrected', async () => {
    await app.configs.update(id, { proxyPassword: 'wr0ng-s3cret' });
    const { id: messageId } = (await app.mail.send(MAIL)) as { id: string };
    await eventually(async () =>
      expect(await app.configs.findOne(id)).toMatchObject({
        health: 'failing',
        failingReason: 'proxy_login',
        failingField: 'proxyPassword',
      }),
    );
    const [row] = await app.dataSource.query('SELECT attempts, last_error FROM smtp_message');
    expect(Number(row.attempts)).toBe(0);
    expect(JSON.stringify(row)).not.toContain('wr0ng');
    await app.configs.update(id, { proxyPassword: LOGIN.password });
    await eventually(async () => expect((await app.log.findOne(messageId))!.status).toBe('sent'));
    expect(server.bodies).toHaveLength(1);
  });

  it('is tested again after a change of its URL or its login', async () => {
    const states: string[] = [];
    for (const change of [{ proxyPassword: 'another' }, { proxyUser: 'another' }, { proxyUrl: null, password: 'secret' }]) {
      await app.configs.test(id, TO);
      states.push((await app.configs.update(id, change)).health);
    }
    expect(states).toEqual(['untested', 'untested', 'untested']);
  });

  it('works with SOCKS5, and without a login', async () => {
    const socks = await startSocksProxy();
    try {
      await app.configs.update(id, { proxyUrl: urlOf(socks, 'socks5'), proxyUser: null, password: 'secret' });
      await app.mail.sendNow(MAIL);
      expect(socks.targets).toEqual([`127.0.0.1:${server.port}`]);
    } finally {
      await socks.close();
    }
  });

  it('must be permitted by egress, at its field when saved and with its own reason when used', async () => {
    const bound = await startSmtpApp(app.database, { egress: { ports: [server.port] }, delivery: { run: false } });
    try {
      const refused = await catchError(bound.configs.update(id, { description: 'y' }));
      expect(refused.fields).toEqual({ proxyUrl: expect.objectContaining({ code: 'egress' }) });
      expect(await catchError(bound.mail.sendNow(MAIL))).toMatchObject({ code: 'EGRESS', reason: 'proxy_egress' });
    } finally {
      await bound.close();
    }
    expect(proxy.targets).toEqual([]);
  });
});

describe('A secret of a vault and a proxy', () => {
  const serve = useServer();

  it('is read again when the proxy refuses it', async () => {
    const login = { ...LOGIN };
    let value = LOGIN.password;
    const server = await serve();
    const proxy = await startHttpProxy({ login });
    const app = await startOn('sqlite', {
      delivery: { run: false, timeouts: { idleMs: 1 } },
      secretSources: [internalSecrets({ secrets: [{ key: 'proxy', value: () => value }] })],
    });
    try {
      await app.configs.create({
        name: 'main',
        isDefault: true,
        host: '127.0.0.1',
        port: server.port,
        security: 'none',
        authRequired: false,
        fromAddress: 'a@acme.io',
        proxyUrl: `http://127.0.0.1:${proxy.port}`,
        proxyUser: LOGIN.username,
        proxyPasswordSource: 'internal',
        proxyPasswordRef: 'proxy',
      });
      await app.mail.sendNow(MAIL);
      await proxy.allClosed();
      value = login.password = 'r0tated';
      await app.mail.sendNow(MAIL);
      expect(proxy.logins).toEqual([SENT, SENT, `${LOGIN.username}:r0tated`]);
      expect(server.bodies).toHaveLength(2);
    } finally {
      await app.close();
      await proxy.close();
    }
  });

  it('is sent only to a proxy that its destinations list', async () => {
    const app = await startOn('sqlite', {
      allowPlaintextAuth: true,
      delivery: { run: false },
      secretSources: [
        internalSecrets({
          secrets: [
            { key: 'relay', value: () => 'x', destinations: ['smtp.acme.io'] },
            { key: 'both', value: () => 'x', destinations: ['smtp.acme.io', 'proxy.acme.io:3128'] },
            { key: 'proxy', value: () => 'x', destinations: ['proxy.acme.io:3128'] },
          ],
        }),
      ],
    });
    try {
      let count = 0;
      const input = (passwordRef: string, proxyPasswordRef: string, change: SmtpConfigInput = {}): SmtpConfigInput => ({
        name: `vault_${(count += 1)}`,
        host: 'smtp.acme.io',
        port: 587,
        username: 'u@acme.io',
        authRequired: true,
        passwordSource: 'internal',
        passwordRef,
        proxyUrl: 'http://proxy.acme.io:3128',
        proxyUser: 'u',
        proxyPasswordSource: 'internal',
        proxyPasswordRef,
        ...change,
      });
      const create = (...args: Parameters<typeof input>) => app.configs.create(input(...args));
      const notAllowed = expect.objectContaining({ code: 'destination_not_allowed' });
      // The certificate of the server is checked against well-known CAs: the proxy cannot take its place.
      expect(await create('relay', 'proxy')).toMatchObject({ proxyPasswordRef: 'proxy' });
      expect((await catchError(create('relay', 'relay'))).fields).toEqual({ proxyPasswordRef: notAllowed });
      expect((await catchError(create('relay', 'proxy', { proxyUrl: 'http://proxy.acme.io:3129' }))).fields).toEqual({
        proxyPasswordRef: notAllowed,
      });
      // Without encryption, the proxy sees the password of the server.
      expect((await catchError(create('relay', 'proxy', { security: 'none' }))).fields).toEqual({ passwordRef: notAllowed });
      expect(await create('both', 'proxy', { security: 'none' })).toMatchObject({ passwordRef: 'both' });
      const asked = { source: 'internal', field: 'proxyPassword', proxyUrl: 'http://proxy.acme.io:3128' } as const;
      expect(await app.configs.checkSecret({ ...asked, key: 'proxy' })).toEqual({ readable: true });
      expect(await app.configs.checkSecret({ ...asked, key: 'relay' })).toMatchObject({ reason: 'not_allowed' });
    } finally {
      await app.close();
    }
  });
});
