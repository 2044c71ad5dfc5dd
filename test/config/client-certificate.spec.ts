import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SmtpConfig, type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { type ServerCertificate, createPrivateCa } from '../../lib/testing/index.js';
import { catchError } from '../support/catch-error.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { type SmtpApp, startOn } from '../support/smtp-app.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const PASSWORD = 'Tr0ub4dor&3-besides-a-key';
const MAIL = { to: 'a@b.c', subject: 'Hello', text: 'Hello.' };

describe.each(databases)('The client certificate of a configuration on $name', ({ name: kind }) => {
  let app: SmtpApp;
  let client: ServerCertificate;
  let other: ServerCertificate;
  let tls: ServerCertificate;
  const serve = useServer();

  beforeAll(async () => {
    const clients = await createPrivateCa('Client CA');
    const servers = await createPrivateCa('Server CA');
    [client, other, tls] = [
      await (await clients.intermediate('Client Issuing CA')).issue({ names: ['app.acme.io'] }),
      await clients.issue({ names: ['other.acme.io'] }),
      await servers.issue(),
    ];
    app = await startOn(kind, {
      secretSources: [
        internalSecrets({
          secrets: [
            { key: 'key', value: () => client.key, destinations: ['localhost'] },
            { key: 'other', value: () => other.key, destinations: ['localhost'] },
            { key: 'elsewhere', value: () => client.key, destinations: ['smtp.example.com'] },
          ],
        }),
      ],
      trustedCa: servers.certificate,
      delivery: QUICK,
    });
  });
  afterAll(() => app.close());
  afterEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    await app.dataSource.query('DELETE FROM smtp_message');
  });

  /** A server that requires a certificate of the clients' authority. */
  const start = (presented: unknown[] = []): Promise<ScriptedServer> =>
    serve({
      tls: { key: tls.key, cert: tls.cert, ca: client.ca },
      wantsClientCertificate: true,
      reply(command, { socket }) {
        if (command.startsWith('MAIL')) presented.push((socket as TLSSocket).getPeerCertificate().subject.CN);
        return undefined;
      },
    });
  const inputFor = (server: ScriptedServer, fields: SmtpConfigInput = {}): SmtpConfigInput => ({
    name: 'main',
    isDefault: true,
    host: 'localhost',
    port: server.port,
    username: 'user@acme.io',
    password: PASSWORD,
    clientCertificate: client.cert,
    clientKey: client.key,
    ...fields,
  });
  const fieldsOf = async (work: Promise<unknown>): Promise<Record<string, { code: string }>> =>
    (
      (await work.then(
        () => ({}),
        (error: unknown) => error,
      )) as { fields?: Record<string, { code: string }> }
    ).fields ?? {};
  const readRow = async (): Promise<Record<string, unknown>> =>
    (await app.dataSource.query<Record<string, unknown>[]>('SELECT * FROM smtp_config'))[0]!;

  it('is presented in every way of sending', async () => {
    const presented: unknown[] = [];
    const server = await start(presented);
    const { id } = await app.configs.create(inputFor(server));
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    expect(await app.configs.testDraft({ id }, { to: 'a@b.c' })).toMatchObject({ ok: true });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    await app.mail.send(MAIL);
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'sent' }]));
    expect(presented).toEqual(Array.from({ length: 4 }, () => 'app.acme.io'));
  });

  it('leads to its field where it is missing, and mail waits', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server, { clientCertificate: null, clientKey: null }));
    const { steps } = await app.configs.test(id, { to: 'a@b.c' });
    expect(steps.at(-1)).toMatchObject({ ok: false, reason: 'client_certificate', field: 'clientCertificate' });
    await app.mail.send(MAIL);
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'queued', attempts: 0 }]));
    await app.configs.update(id, { clientCertificate: client.cert, clientKey: client.key, password: PASSWORD });
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'sent' }]));
  });

  it('keeps its key sealed: no view, log, history or error contains it', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server));
    expect((await readRow()).client_key_cipher).toMatch(/^enc:v1:k1:/);
    const error = await catchError(app.configs.update(id, { clientCertificate: other.cert, clientKey: client.key, password: PASSWORD }));
    const shown = inspect(
      [
        await app.configs.findOne(id),
        await app.configs.find(),
        await app.history.find({}),
        error,
        await app.configs.test(id, { to: 'a@b.c' }),
      ],
      { depth: 10, maxStringLength: null },
    );
    const line = client.key.split('\n')[1]!;
    for (const part of [line, 'PRIVATE KEY', 'enc:v1']) expect(shown).not.toContain(part);
    expect(shown).toContain('hasClientKey: true');
    expect(await app.configs.findOne(id)).toMatchObject({
      hasClientKey: true,
      clientKeySource: 'stored',
      clientCertificate: expect.any(String),
    });
  });

  it('binds its key: it must be entered again for another server or certificate, and is never used for one', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server));
    for (const change of [{ host: '127.0.0.1' }, { port: 2525 }, { clientCertificate: other.cert }, { pinnedCertificate: tls.cert }]) {
      expect(await fieldsOf(app.configs.update(id, { ...change, password: PASSWORD }))).toEqual({
        clientKey: expect.objectContaining({ code: 'destination_changed' }),
      });
    }
    expect(await app.configs.update(id, { description: 'x', clientCertificate: client.cert.replace(/\n/g, '\r\n') })).toMatchObject({
      hasClientKey: true,
    });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    const elsewhere = await start();
    await app.dataSource.getRepository(SmtpConfig).update({ id }, { port: elsewhere.port, version: () => 'version + 1' });
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET' });
    expect(elsewhere.sessions).toEqual([]);
  });

  it('is removed together with its key', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server));
    await app.configs.update(id, { clientCertificate: null, password: PASSWORD });
    expect(await readRow()).toMatchObject({ client_certificate: null, client_key_cipher: null });
    expect((await app.history.find({ record: { type: 'config', id } }))[0]).toMatchObject({
      changes: { clientKey: { before: 'set', after: null }, clientCertificate: { after: null } },
    });
  });

  it('rejects a key that does not belong to it, at the field', async () => {
    const server = await start();
    const encrypted = createPrivateKey(client.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    }) as string;
    const cases: [fields: SmtpConfigInput, field: string, code: string][] = [
      [{ clientKey: '' }, 'clientKey', 'required'],
      [{ clientKey: other.key }, 'clientKey', 'key_mismatch'],
      [{ clientKey: encrypted }, 'clientKey', 'key_encrypted'],
      [{ clientKey: 'hello' }, 'clientKey', 'key_pem'],
      [{ clientKey: client.cert }, 'clientKey', 'key_pem'],
      [{ clientKey: '#'.repeat(16_001) }, 'clientKey', 'too_long'],
      [{ clientCertificate: `${client.ca}\n${client.cert}` }, 'clientKey', 'key_mismatch'],
      [{ clientCertificate: client.cert + client.key }, 'clientCertificate', 'private_key'],
      [{ clientCertificate: 'hello' }, 'clientCertificate', 'pem'],
    ];
    for (const [fields, field, code] of cases) {
      for (const work of [app.configs.create(inputFor(server, fields)), app.configs.testDraft(inputFor(server, fields), { to: 'a@b.c' })]) {
        expect(await fieldsOf(work)).toMatchObject({ [field]: { code } });
      }
    }
    expect(await app.configs.find()).toEqual([]);
  });

  it('may have its key in a source, which is checked against its destinations, and when it is used', async () => {
    const server = await start();
    const input = inputFor(server, { clientKey: undefined, clientKeySource: 'internal' });
    expect(await fieldsOf(app.configs.create({ ...input, clientKeyRef: 'elsewhere' }))).toMatchObject({
      clientKeyRef: { code: 'destination_not_allowed' },
    });
    const { id } = await app.configs.create({ ...input, clientKeyRef: 'key' });
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    await app.configs.update(id, { clientKeyRef: 'other' });
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'CONFIG_INVALID', reason: 'bad_client_key' });
    expect((await app.configs.test(id, { to: 'a@b.c' })).steps.at(-1)).toMatchObject({ reason: 'bad_client_key', field: 'clientKey' });
  });

  it('can take the place of a login, and only over an encrypted connection', async () => {
    const server = await start();
    const anonymous = { authRequired: false, password: undefined, username: null, fromAddress: 'no-reply@acme.io' };
    expect(await fieldsOf(app.configs.create(inputFor(server, { ...anonymous, clientCertificate: null, clientKey: null })))).toMatchObject({
      authRequired: { code: 'auth_required' },
    });
    await app.configs.create(inputFor(server, anonymous));
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    expect(server.commands.join()).not.toContain('AUTH');
    // Without encryption, there is nothing to present it in, and its key is not kept.
    await app.configs.create(inputFor(server, { ...anonymous, name: 'plain', isDefault: false, security: 'none' }));
    expect(await app.configs.find({ filters: { name: 'plain' } })).toMatchObject([{ hasClientKey: false }]);
  });

  it('is copied without its key, which must be entered again', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server));
    expect(await fieldsOf(app.configs.duplicate(id, { password: PASSWORD }))).toMatchObject({ clientKey: { code: 'password_needed' } });
    const copy = await app.configs.duplicate(id, { password: PASSWORD, clientKey: client.key });
    expect(await app.configs.test(copy.id, { to: 'a@b.c' })).toMatchObject({ ok: true });
  });

  it('is never left out if it was damaged in the database', async () => {
    const server = await start();
    const { id } = await app.configs.create(inputFor(server));
    await app.dataSource.getRepository(SmtpConfig).update({ id }, { clientCertificate: 'hello', version: () => 'version + 1' });
    const expected = { code: 'CONFIG_INVALID', reason: 'damaged_client_certificate' };
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject(expected);
    expect((await app.configs.test(id, { to: 'a@b.c' })).steps).toMatchObject([{ ...expected, field: 'clientCertificate' }]);
    expect(server.sessions).toEqual([]);
  });
});
