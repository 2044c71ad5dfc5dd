import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { startExampleApp } from '../support/example-app.js';
import { findFreePort } from '../support/services/shell.js';

type ExampleApp = Awaited<ReturnType<typeof startExampleApp>>;

describe('the example app', () => {
  let dataDir: string;
  let env: Record<string, string>;
  let app: ExampleApp;

  const post = (path: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(app.url + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });

  /** Signs in as the manager and returns a client of AdminJS's API. */
  const openAdminApi = async () => {
    const body = new URLSearchParams({ email: 'admin@example.com', password: 'password' });
    const signedIn = await fetch(`${app.url}/admin/login`, { method: 'POST', body, redirect: 'manual' });
    const headers = { Cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]!, 'Content-Type': 'application/json' };
    return async (path: string, payload?: object) => {
      const request = payload && { method: 'POST', body: JSON.stringify(payload) };
      const response = await fetch(`${app.url}/admin/api/resources/${path}`, { headers, ...request });
      return (await response.json()) as { records: { params: Record<string, string> }[] };
    };
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'smtp-example-'));
    env = { INBOX_SMTP_PORT: String(await findFreePort()) };
    app = await startExampleApp({ dataDir, env });
  });

  afterAll(async () => {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('prints the URLs and credentials', () => {
    for (const words of ['/admin', 'admin@example.com', 'viewer@example.com', 'password', '/inbox', env.INBOX_SMTP_PORT!]) {
      expect(app.output()).toContain(words);
    }
  });

  it('invoices an order by email through its first configuration', async () => {
    const response = await post('/demo/invoice', '{"to":"customer@example.org"}');

    expect(response.status).toBe(201);
    await eventually(async () => expect(await app.mails()).toHaveLength(1));
    const [mail] = await app.mails();
    expect(mail).toMatchObject({ to: ['customer@example.org'], from: 'shop@example.com', auth: 'inbox@example.com', tls: true });
    expect(mail?.subject).toMatch(/^Your invoice \d+$/);
    expect(mail?.headers.from).toBe('Example Shop <shop@example.com>');
  });

  it.each([
    ['invalid JSON', '{"to":'],
    ['no address', '{}'],
    ['an array in place of an object', '[]'],
    ['a list of addresses', '{"to":["a@example.org"]}'],
    ['two addresses', '{"to":"a@example.org, b@example.org"}'],
    ['an injected header', String.raw`{"to":"a@example.org\r\nBcc: b@example.org"}`],
  ])('rejects %s with an error message', async (_what, body) => {
    const before = await app.mails();

    const response = await post('/demo/invoice', body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(/\w{3,}/) });
    expect(await app.mails()).toEqual(before);
  });

  it.each<Record<string, string>>([{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }])(
    'refuses a change from another site: %j',
    async (headers) => {
      const before = await app.mails();

      for (const path of ['/demo/invoice', '/inbox/stop', '/inbox/start']) {
        expect((await post(path, '{"to":"a@example.org"}', headers)).status).toBe(403);
      }

      expect(await app.mails()).toEqual(before);
      expect((await post('/demo/invoice', '{"to":"a@example.org"}', { Origin: app.url })).status).toBe(201);
      await eventually(async () => expect(await app.mails()).toHaveLength(before.length + 1));
    },
  );

  it('A4.11 A4.13 A4.15 accepts orders while the mail server is down, and delivers their mail afterwards', async () => {
    await app.stopInbox();
    for (const n of [1, 2, 3]) expect((await post('/demo/invoice', `{"to":"late${n}@example.org"}`)).status).toBe(201);
    const api = await openAdminApi();
    const failing = await eventually(async () => {
      const { records } = await api('SmtpConfig/actions/list');
      const found = records.find(({ params }) => params.failingSince);
      expect(found).toBeDefined();
      return found!;
    });
    // No message is in flight: a failure now would delay the next attempt.
    await eventually(async () => {
      const { records } = await api('SmtpMessage/actions/list?perPage=3');
      expect(records.map(({ params }) => params.status)).toEqual(['queued', 'queued', 'queued']);
    });
    await app.startInbox();
    // Replaces the wait for the next attempt, at most thirty seconds.
    await api('SmtpMessage/actions/tryNow', { configId: failing.params.id });

    const late = [1, 2, 3].map((n) => `late${n}@example.org`);
    await eventually(async () => {
      const arrived = (await app.mails()).map((mail) => mail.to[0]!).filter((to) => to.startsWith('late'));
      expect(arrived.toSorted()).toEqual(late);
    });
  });

  it('renews the session id at login, in a cookie that scripts and other sites cannot read', async () => {
    const signIn = async (email: string, cookie = '') => {
      const body = new URLSearchParams({ email, password: 'password' });
      const response = await fetch(`${app.url}/admin/login`, { method: 'POST', body, headers: { Cookie: cookie }, redirect: 'manual' });
      return response.headers.getSetCookie().join();
    };
    const list = async (cookie: string) =>
      (await fetch(`${app.url}/admin/api/resources/SmtpConfig/actions/list`, { headers: { Cookie: cookie }, redirect: 'manual' })).status;

    const first = await signIn('viewer@example.com');
    const planted = first.split(';')[0]!;
    const second = await signIn('admin@example.com', planted);

    expect(second).toMatch(/; HttpOnly/);
    expect(second).toMatch(/; SameSite=Lax/);
    expect(await list(second.split(';')[0]!)).toBe(200);
    expect(await list(planted)).toBe(302);
  });

  it('serves the screens that were bundled at startup', async () => {
    const response = await fetch(`${app.url}/admin/frontend/assets/components.bundle.js`);

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('SmtpConfigForm');
  });

  it('listens only when a new bundle is complete, and does not start without one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'smtp-own-bundle-'));
    const own = { ADMIN_JS_TMP_DIR: join(folder, 'bundle'), ADMIN_JS_SKIP_BUNDLE: 'false' };
    const started = await startExampleApp({ env: own });
    const response = await fetch(`${started.url}/admin/frontend/assets/components.bundle.js`);
    expect(response.status).toBe(200);
    expect(await started.stop()).toBe(0);
    await writeFile(join(folder, 'file'), '');
    const failed = startExampleApp({ env: { ...own, ADMIN_JS_TMP_DIR: join(folder, 'file', 'bundle') } });
    await expect(failed).rejects.toThrow(/could not bundle the components.*ENOTDIR.*ADMIN_JS_TMP_DIR.*npx nestjs-adminjs-smtp bundle/s);
    await rm(folder, { recursive: true });
  });

  it('makes its secrets readable only for their owner', async () => {
    for (const name of ['encryption-key', 'session-secret', 'inbox-certificate.json']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
      expect(app.output()).not.toContain(await readFile(join(dataDir, name), 'utf8'));
    }
  });

  it('stores mail on disk before it is acknowledged, and keeps it across a restart', async () => {
    const before = await app.mails();
    expect(await readdir(join(dataDir, 'inbox'))).toHaveLength(before.length);

    expect(await app.stop()).toBe(0);
    app = await startExampleApp({ dataDir, env });

    expect(await app.mails()).toEqual(before);
    expect((await post('/demo/invoice', '{"to":"again@example.org"}')).status).toBe(201);
    await eventually(async () => expect(await app.mails()).toHaveLength(before.length + 1));
    expect((await app.mails()).map((mail) => mail.to[0])).toEqual(['again@example.org', ...before.map((mail) => mail.to[0])]);
  });
});

describe('the example app with prebuilt components', () => {
  it('starts if only its data folder is writable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'smtp-prebuilt-'));
    const [dataDir, bundle] = [join(folder, 'data'), join(folder, 'adminjs')];
    await mkdir(dataDir, { mode: 0o777 });
    const env = { ADMIN_JS_TMP_DIR: bundle, EXAMPLE_DATA_DIR: dataDir };
    await promisify(execFile)(process.execPath, ['dist/cli/main.js', 'bundle', '--out', bundle], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    for (const path of [bundle, ...(await readdir(bundle)).map((name) => join(bundle, name))]) await chmod(path, 0o555);
    await chmod(folder, 0o555);
    await chmod(dataDir, 0o777);
    // Root can write anywhere, so the app runs as another user if that user can read this checkout.
    const nobody = 65_534;
    const mayRead =
      process.getuid?.() === 0 && spawnSync(process.execPath, ['--check', 'example-app/dist/main.js'], { uid: nobody }).status === 0;
    const uid = mayRead ? nobody : undefined;
    for (const name of uid === undefined ? [] : await readdir(dataDir)) await chown(join(dataDir, name), nobody, nobody);
    const app = await startExampleApp({ dataDir, uid, env: { ...env, ADMIN_JS_SKIP_BUNDLE: 'true' } });
    const response = await fetch(`${app.url}/admin/frontend/assets/components.bundle.js`);
    expect([response.status, (await response.text()).includes('SmtpConfigForm')]).toEqual([200, true]);
    expect(await app.stop()).toBe(0);
    await chmod(folder, 0o755);
    await chmod(bundle, 0o755);
    await rm(folder, { recursive: true, force: true });
  });
});
