import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SmtpConfig, type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { makeCertificate, makeKeys } from '../support/authorities.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates, makeSelfSigned } from '../support/certificates.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { type SmtpApp, startOn } from '../support/smtp-app.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const PASSWORD = 'Tr0ub4dor&3-of-a-pinned-server';
const MAIL = { to: 'a@b.c', subject: 'Hello', text: 'Hello.' };
const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256;

describe.each(databases)('The pinned certificate of a configuration on $name', ({ name: kind }) => {
  let app: SmtpApp;
  let certificates: Certificates;
  /** Self-signed, for another name than the server's. */
  let strange: { key: string; cert: string };
  const serve = useServer();

  beforeAll(async () => {
    certificates = await makeCertificates();
    strange = await makeSelfSigned({ names: ['mail.other.example'] });
    const getValue = (): string => PASSWORD;
    app = await startOn(kind, {
      secretSources: [
        internalSecrets({
          secrets: [
            { key: 'without', value: getValue },
            { key: 'with', value: getValue, allowOwnCa: true },
          ],
        }),
      ],
      delivery: QUICK,
    });
  });
  afterAll(() => app.close());
  afterEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    await app.dataSource.query('DELETE FROM smtp_message');
  });

  const start = (script: ServerScript = {}): Promise<ScriptedServer> => serve({ tls: strange, ...script });
  const inputFor = (server: ScriptedServer, fields: SmtpConfigInput = {}): SmtpConfigInput => ({
    name: 'main',
    isDefault: true,
    host: 'localhost',
    port: server.port,
    username: 'user@acme.io',
    password: PASSWORD,
    ...fields,
  });
  const edit = (id: string, pinnedCertificate: string): Promise<unknown> =>
    app.dataSource.getRepository(SmtpConfig).update({ id }, { pinnedCertificate, version: () => 'version + 1' });

  it('makes its server acceptable for this configuration only', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server, { pinnedCertificate: strange.cert }));
    await app.configs.create(inputFor(server, { name: 'other', isDefault: false }));
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    expect(await catchError(app.mail.sendNow({ ...MAIL, config: 'other' }))).toMatchObject({ code: 'CERTIFICATE' });
    expect(server.bodies).toHaveLength(2);
    const [, created] = await app.history.find({ record: { type: 'config', id } });
    expect(created?.changes).toMatchObject({ pinnedCertificate: { before: null, after: [fingerprintOf(strange.cert)] } });
  });

  it('makes the configuration failing once the server presents another certificate, and costs no message an attempt', async () => {
    const server = await start({ tls: certificates.good });
    const { id } = await app.configs.create(inputFor(server, { pinnedCertificate: strange.cert, caCertificate: certificates.ca }));
    await app.mail.send(MAIL);
    await eventually(async () => {
      expect(await app.configs.findOne(id)).toMatchObject({
        failingReason: 'cert_changed',
        failingField: 'pinnedCertificate',
        failingError: expect.stringContaining(fingerprintOf(certificates.good.cert)),
      });
      expect(await app.log.find()).toMatchObject([{ status: 'queued', attempts: 0, lastCode: 'CERTIFICATE' }]);
    });
    expect(server.commands.join()).not.toContain('AUTH');
    await app.configs.update(id, { pinnedCertificate: certificates.good.cert, password: PASSWORD });
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'sent' }]));
  });

  it('is used when the security is detected', async () => {
    const server = await start();
    const { port } = server;
    expect(await app.configs.detectSecurity({ host: 'localhost', port, pinnedCertificate: strange.cert })).toMatchObject({
      security: 'starttls',
    });
    expect(await app.configs.create(inputFor(server, { security: 'auto', pinnedCertificate: strange.cert }))).toMatchObject({
      security: 'starttls',
    });
  });

  it('does not hide which certificate the server presents', async () => {
    const { port } = await start();
    const chain = await app.configs.fetchCertificates({
      host: 'localhost',
      port,
      security: 'starttls',
      pinnedCertificate: certificates.ca,
    });
    expect(chain).toMatchObject({ isTrusted: false, certificates: [{ fingerprint: fingerprintOf(strange.cert) }] });
  });

  it('binds the password: a new one must be entered with another certificate, but not for another line length', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server, { pinnedCertificate: strange.cert }));
    const moved = { fields: { password: { code: 'destination_changed' } } };
    for (const pinnedCertificate of [certificates.good.cert, null]) {
      expect(await catchError(app.configs.update(id, { pinnedCertificate }))).toMatchObject(moved);
    }
    await app.configs.update(id, { pinnedCertificate: `Bag Attributes\n${strange.cert.replace(/\n/g, '\r\n')}\n\n` });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    // Whoever can write to the table cannot send the password to a server of their own.
    const impostor = await start({ tls: certificates.otherCa });
    await app.dataSource
      .getRepository(SmtpConfig)
      .update({ id }, { port: impostor.port, pinnedCertificate: certificates.otherCa.cert, version: () => 'version + 1' });
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET' });
    expect(impostor.sessions).toEqual([]);
  });

  it('needs the same consent of a secret source as a private CA', async () => {
    const server = await start();
    const input = inputFor(server, { password: undefined, passwordSource: 'internal', pinnedCertificate: strange.cert });
    expect(await catchError(app.configs.create({ ...input, passwordRef: 'without' }))).toMatchObject({
      fields: { passwordRef: { code: 'own_ca_not_allowed' } },
    });
    await app.configs.create({ ...input, passwordRef: 'with' });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
  });

  it('is rejected at its field if it is not exactly one certificate of a server', async () => {
    const server = await start();
    const keys = await makeKeys();
    const intermediate = certificates.throughIntermediate.cert.split(/(?<=-----END CERTIFICATE-----)/)[1]!;
    const named = await makeCertificate({ subject: 'CN=mail.example.com', issuer: 'CN=mail.example.com', keys, signer: keys });
    const cases: [pem: unknown, code: string | undefined][] = [
      ['hello', 'pem'],
      [42, 'pem'],
      [strange.cert.slice(0, 200), 'pem_incomplete'],
      [strange.cert.replace(/\n./, '\nA'), 'pem'],
      [strange.cert + strange.key, 'private_key'],
      [certificates.throughIntermediate.cert, 'one_certificate'],
      [certificates.ca, 'pinned_authority'],
      [intermediate, 'pinned_authority'],
      [`${strange.cert}${'#'.repeat(20_000)}`, 'too_long'],
      // The authority that `openssl req -x509` makes of a server's certificate.
      [named, undefined],
      [certificates.expired.cert, undefined],
    ];
    for (const [pinnedCertificate, code] of cases) {
      const asked = app.configs.create(
        inputFor(server, {
          name: `n${cases.findIndex(([pem]) => pem === pinnedCertificate)}`,
          pinnedCertificate: pinnedCertificate as string,
        }),
      );
      const { fields = {} } = (await asked.then(
        () => ({}),
        (error: unknown) => error,
      )) as { fields?: Record<string, { code: string }> };
      expect([code, fields.pinnedCertificate?.code]).toEqual([code, code]);
    }
  });

  it.each(['hello', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----'])(
    'is never ignored if it was damaged in the database: %s',
    async (damaged) => {
      const server = await start({ tls: certificates.good });
      const { id } = await app.configs.create(inputFor(server, { pinnedCertificate: certificates.good.cert }));
      await edit(id, damaged);
      const expected = { code: 'CONFIG_INVALID', reason: 'damaged_pin' };
      expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject(expected);
      expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({
        ok: false,
        steps: [{ ...expected, field: 'pinnedCertificate' }],
      });
      expect(server.sessions).toEqual([]);
    },
  );
});
