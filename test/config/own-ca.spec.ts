import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpConfig, type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { type SmtpApp, startOn } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const PASSWORD = 'Tr0ub4dor&3-of-the-vault';
const MAIL = { to: 'a@b.c', subject: 'Hello', text: 'Hello.' };

describe.each(databases)('A secret of a source and a private CA of the configuration on $name', ({ name: kind }) => {
  let certificates: Certificates;
  /** Impersonates the permitted server: an admin has made its certificate, and DNS resolves to it. */
  let impostor: ScriptedServer;
  let ca: string;
  let app: SmtpApp;
  let reads: number;

  beforeAll(async () => {
    certificates = await makeCertificates();
    ca = certificates.otherCa.ca;
    impostor = await startServer({ tls: certificates.otherCa });
    const getValue = (): string => ((reads += 1), PASSWORD);
    const here = { value: getValue, destinations: ['localhost'] };
    app = await startOn(kind, {
      secretSources: [
        internalSecrets({
          secrets: [
            { key: 'without', ...here },
            { key: 'with', ...here, allowOwnCa: true },
            { key: 'anywhere', value: getValue },
          ],
        }),
        internalSecrets({
          id: 'consenting',
          allowOwnCa: true,
          secrets: [
            { key: 'all', ...here },
            { key: 'but-one', ...here, allowOwnCa: false },
          ],
        }),
      ],
      trustedCa: certificates.ca,
      delivery: QUICK,
    });
  });
  afterAll(async () => {
    await app.close();
    await impostor.close();
  });
  beforeEach(() => {
    reads = 0;
    impostor.sessions.splice(0);
  });
  afterEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    await app.dataSource.query('DELETE FROM smtp_message');
  });

  const buildConfig = (passwordRef: string, passwordSource = 'internal'): SmtpConfigInput => ({
    name: 'main',
    isDefault: true,
    host: 'localhost',
    port: impostor.port,
    username: 'user@acme.io',
    passwordSource,
    passwordRef,
  });

  it.each([
    ['with', 'internal'],
    ['all', 'consenting'],
  ])('are permitted together if the application consents: %s of %s', async (key, source) => {
    const { id } = await app.configs.create({ ...buildConfig(key, source), caCertificate: ca });
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
  });

  it.each([
    ['without', 'internal'],
    ['anywhere', 'internal'],
    ['but-one', 'consenting'],
  ])('are rejected together on save, in a draft’s test and by the check: %s of %s', async (key, source) => {
    const input = { ...buildConfig(key, source), caCertificate: ca };
    for (const work of [() => app.configs.create(input), () => app.configs.testDraft(input, { to: 'a@b.c' })]) {
      expect(await catchError(work())).toMatchObject({
        code: 'VALIDATION',
        fields: { passwordRef: { code: 'own_ca_not_allowed', message: expect.stringContaining('Remove the certificate') } },
      });
    }
    const { passwordSource: _, passwordRef: __, ...fields } = input;
    expect(await app.configs.checkSecret({ ...fields, source, key })).toMatchObject({ readable: false, reason: 'not_allowed' });
    expect({ reads, sessions: impostor.sessions }).toEqual({ reads: 0, sessions: [] });
  });

  it('are refused in every way of sending after a manual change of the row', async () => {
    const { id } = await app.configs.create(buildConfig('without'));
    await app.dataSource.getRepository(SmtpConfig).update({ id }, { caCertificate: ca, version: 2 });
    const words = expect.stringMatching(/private CA.*remove the private CA/);
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET', fault: 'config', message: words });
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [{ name: 'auth', code: 'SECRET' }] });
    expect((await catchError(app.configs.testDraft({ id }, { to: 'a@b.c' }))).fields).toHaveProperty('passwordRef');
    expect((await catchError(app.configs.update(id, { description: 'x' }))).fields).toHaveProperty('passwordRef');
    await app.mail.send(MAIL);
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'queued', attempts: 0, lastCode: 'SECRET' }]));
    expect({ reads, sessions: impostor.sessions }).toEqual({ reads: 0, sessions: [] });
    expect(await app.configs.findOne(id)).toMatchObject({ failingError: words });
  });

  it('need no consent for the CA of the application', async () => {
    const server = await startServer({ tls: certificates.good });
    await app.configs.create({ ...buildConfig('without'), port: server.port });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    await server.close();
  });
});
