import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SmtpConfigInput } from '../../lib/index.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { type ScriptedServer, type ServerScript, startServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const api = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;
const NDJSON = { accept: 'application/x-ndjson' };
const PASSWORD = 'Tr0ub4dor&3-the-secret';

describe('A test over the admin API', () => {
  let certificates: Certificates;
  let app: AdminApp;
  let manager: AdminClient;
  let server: ScriptedServer;

  beforeAll(async () => {
    certificates = await makeCertificates();
    app = await startAdminApp('sqlite', { trustedCa: certificates.ca, allowPlaintext: false });
    manager = await app.signIn('admin@example.com');
  });
  afterAll(() => app.close());
  const serve = useServer();

  const start = async (script: ServerScript): Promise<SmtpConfigInput> => {
    server = await serve({ tls: certificates.good, ...script });
    return { name: 'main', host: '127.0.0.1', port: server.port, username: 'u@example.com', password: PASSWORD };
  };
  /** Builds a server that greets with one byte per second, and a promise for its first connection. */
  const buildTarpit = () => {
    let came!: () => void;
    const arrived = new Promise<void>((resolve) => (came = resolve));
    const raw: ServerScript['raw'] = (socket) => {
      const timer = setInterval(() => socket.write('2'), 1_000);
      socket.once('close', () => clearInterval(timer));
      came();
    };
    return { arrived, raw };
  };

  it.each<[string, Record<string, string>]>([
    ['streamed', NDJSON],
    ['in one piece', {}],
  ])('of a draft, %s, ends with the request and closes the connection to the server', async (_how, headers) => {
    const { arrived, raw } = buildTarpit();
    const fields = await start({ raw });
    const stop = new AbortController();
    const call = manager.post(api('testDraft'), { ...fields, to: 'a@b.c' }, headers, stop.signal);
    call.catch(() => undefined);
    await arrived;
    stop.abort();
    await expect(call).rejects.toThrow('abort');
    await server.allClosed();
    expect(app.logged.join('\n')).not.toContain('stopped');
  });

  it('of a record keeps the last result if it is stopped', async () => {
    const { arrived, raw } = buildTarpit();
    const { id } = await app.configs.create(await start({ raw }));
    const stop = new AbortController();
    const call = manager.post(`/api/resources/SmtpConfig/records/${id}/test`, { to: 'a@b.c' }, NDJSON, stop.signal);
    call.catch(() => undefined);
    await arrived;
    stop.abort();
    await expect(call).rejects.toThrow('abort');
    await server.allClosed();
    // This test stores its result after anything that the stopped test could have stored.
    const other = await serve({ tls: certificates.good });
    const works = await app.configs.create({ name: 'other', host: '127.0.0.1', port: other.port, username: 'u@e.com', password: PASSWORD });
    await app.configs.test(works.id, { to: 'a@b.c' });
    expect(await app.configs.findOne(works.id)).toMatchObject({ lastTestStatus: 'ok' });
    expect(await app.configs.findOne(id)).toMatchObject({ lastTestStatus: null, lastTestAt: null });
  });

  it('A1.33 A5.19 returns the reason with its values, the field and an alternative', async () => {
    const fields = await start({ implicitTls: false });
    const { json } = await manager.post(api('testDraft'), { ...fields, security: 'tls', to: 'a@b.c' });
    expect(json.report.steps.at(-1)).toMatchObject({
      name: 'tls',
      ok: false,
      reason: 'tls_expects_starttls',
      values: { host: '127.0.0.1', port: server.port },
      field: 'security',
      offer: { security: 'starttls', port: server.port },
      detail: `127.0.0.1:${server.port} does not accept TLS from the start.`,
    });
  });

  it('describes a server that does not speak SMTP without quoting it in any response, row or log line', async () => {
    const { id } = await app.configs.create({ ...(await start({ greeting: '* OK Zeta7 IMAP4rev1 ready' })), name: 'imap' });
    const { json, raw } = await manager.post(`/api/resources/SmtpConfig/records/${id}/test`, { to: 'a@b.c' });
    expect(json.report.steps.at(-1)).toMatchObject({ name: 'greeting', ok: false, reason: 'not_smtp', values: { bytes: 26 } });
    expect(await app.configs.findOne(id)).toMatchObject({ lastTestError: expect.stringContaining('is not a mail server') });
    const rows = await Promise.all(
      ['smtp_config_status', 'smtp_config_test', 'smtp_audit'].map((table) => app.dataSource.query(`SELECT * FROM ${table}`)),
    );
    expect(JSON.stringify([raw, rows, app.logged])).not.toContain('Zeta7');
  });

  it('A1.41 returns the authority that verified the certificate', async () => {
    const fields = await start({});
    const own = await manager.post(api('testDraft'), { ...fields, caCertificate: certificates.ca, to: 'a@b.c', checkOnly: true });
    const ofApplication = await manager.post(api('testDraft'), { ...fields, to: 'a@b.c', checkOnly: true });
    const kindOf = (answer: typeof own) => answer.json.report.steps.find(({ name }: { name: string }) => name === 'tls').tls.verifiedBy;
    expect(kindOf(own)).toEqual({ kind: 'configuration', name: 'Example Root CA' });
    expect(kindOf(ofApplication)).toEqual({ kind: 'application', name: 'Example Root CA' });
    expect(server.commands).not.toContain('DATA');
  });

  it('A4.7 A3.16 detects the security for `auto` and never stores `auto`', async () => {
    const fields = await start({});
    const { json } = await manager.post(api('testDraft'), { ...fields, security: 'auto', to: 'a@b.c', checkOnly: true });
    expect(json.report.ok).toBe(true);
    // SSL/TLS and STARTTLS are tried without a login. The third session is the test.
    expect(server.sessions.map(({ commands }) => commands.some((command) => command.startsWith('AUTH')))).toEqual([false, false, true]);
    const created = await app.configs.create({ ...fields, name: 'detected', security: 'auto' });
    expect(created.security).toBe('starttls');
    expect(JSON.stringify(await app.dataSource.query('SELECT security FROM smtp_config'))).not.toContain('auto');
  });

  it('A4.7 only reports a server without encryption if encryption is required', async () => {
    const fields = await start({ tls: undefined });
    const { json } = await manager.post(api('detect'), fields);
    expect(json).toMatchObject({ notice: { message: 'notDetected' }, failed: { reason: 'plaintext_only', values: { port: server.port } } });
    expect(json).not.toHaveProperty('detected');
    const saved = await manager.post(api('new'), { ...fields, name: 'plain', security: 'auto' });
    expect(saved.json.record.errors).toHaveProperty('security');
    expect(server.commands.join()).not.toMatch(/AUTH|MAIL/);
  });
});

describe('A test over the limit over the admin API', () => {
  let app: AdminApp;
  let manager: AdminClient;
  let server: ScriptedServer;
  let fields: SmtpConfigInput;

  beforeAll(async () => {
    app = await startAdminApp('sqlite', { tests: { perMinute: 1, concurrent: 1 } });
    manager = await app.signIn('admin@example.com');
    server = await startServer();
    fields = { name: 'main', host: '127.0.0.1', port: server.port, security: 'none', authRequired: false, fromAddress: 'a@acme.io' };
    await manager.post(api('testDraft'), { ...fields, to: 'a@b.c' });
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });

  const limited = {
    ok: false,
    code: 'RATE_LIMITED',
    reason: 'tests_per_minute',
    values: { limit: 1, seconds: expect.any(Number) },
    detail: 'Test limit reached: 1 per minute.',
    hint: expect.stringMatching(/^Try again in \d+ s\.$/),
  };

  it.each<[string, Record<string, string>]>([
    ['streamed', NDJSON],
    ['in one piece', {}],
  ])('is refused as a test that did not start: %s', async (_how, headers) => {
    const { id } = await app.configs.create({ ...fields, name: `main_${Object.keys(headers).length}`, fromAddress: 'b@acme.io' });
    for (const path of [api('testDraft'), `/api/resources/SmtpConfig/records/${id}/test`]) {
      const { status, json, raw } = await manager.post(path, { ...fields, to: 'a@b.c' }, headers);
      const answer = json ?? JSON.parse(raw.trim().split('\n').at(-1)!);
      expect({ status, answer }).toMatchObject({ status: 200, answer: { report: { ok: false, steps: [] }, failed: limited } });
    }
    expect(await app.configs.findOne(id)).toMatchObject({ lastTestAt: null });
    expect(server.sessions).toHaveLength(1);
  });

  it('is also reported by Detect and "Fetch from server"', async () => {
    const { host, port } = fields;
    expect((await manager.post(api('detect'), { host, port })).json).toMatchObject({ failed: limited });
    expect((await manager.post(api('fetchCertificates'), { host, port, security: 'tls' })).json).toMatchObject({ failed: limited });
    expect(server.sessions).toHaveLength(1);
  });
});
