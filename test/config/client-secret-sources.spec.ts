import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { azureKeyVault } from '../../lib/azure-key-vault/index.js';
import { type SecretSource, type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { catchError } from '../support/catch-error.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { type FakeExchange, startExchange } from '../support/microsoft/fake-exchange.js';
import { CLIENT_ID, CLIENT_SECRET, type FakeMicrosoft, TENANT, USER, startMicrosoft } from '../support/microsoft/index.js';
import { type SmtpApp, startOn } from '../support/smtp-app.js';
import { startKeyVault } from '../support/vaults/key-vault.js';

const ROTATED = 'Qy7~the-secret-of-next-year';
const MAIL = { to: 'to@example.org', bcc: 'hidden@example.org', subject: 'Hello', text: 'Hello.' };
const secrets = [{ key: 'mail-app', label: 'Mail app', destinations: ['graph:fake'] }];

/** A source with its secret, which can be changed. */
interface Kept {
  source: SecretSource;
  set: (value: string) => void;
  reads: () => number;
  stop: () => Promise<void>;
}

const sources: { from: string; start: () => Promise<Kept> }[] = [
  {
    from: 'internalSecrets()',
    start: async () => {
      let value = CLIENT_SECRET;
      let reads = 0;
      return {
        source: internalSecrets({ secrets: secrets.map((secret) => ({ ...secret, value: () => ((reads += 1), value) })) }),
        set: (next) => void (value = next),
        reads: () => reads,
        stop: async () => undefined,
      };
    },
  },
  {
    from: 'a Key Vault',
    start: async () => {
      const vault = await startKeyVault();
      vault.secrets.set('mail-app', { value: CLIENT_SECRET });
      return {
        source: azureKeyVault({ ...vault.options, secrets }),
        set: (value) => void vault.secrets.set('mail-app', { value }),
        reads: () => vault.reads.length,
        stop: () => vault.stop(),
      };
    },
  },
];

describe('A client secret from a source', () => {
  let microsoft: FakeMicrosoft;
  let exchange: FakeExchange;
  let app: SmtpApp;
  let kept: Kept;
  /** Messages that earlier tests sent over SMTP. */
  let before: number;

  beforeAll(async () => {
    microsoft = await startMicrosoft();
    exchange = await startExchange(microsoft);
  });
  afterAll(async () => {
    await exchange.close();
    await microsoft.close();
  });
  afterEach(async () => {
    await app.close();
    await kept.stop();
    microsoft.reset();
    exchange.refused.clear();
  });

  const start = async (kind: (typeof databases)[number]['name'], from: (typeof sources)[number]): Promise<void> => {
    kept = await from.start();
    before = exchange.bodies.length;
    app = await startOn(kind, {
      secretSources: [kept.source],
      encryption: undefined,
      trustedCa: microsoft.ca,
      graph: { clouds: { fake: microsoft.cloud, other: microsoft.cloud } },
      delivery: QUICK,
    });
  };
  const ways: { by: string; config: () => SmtpConfigInput; sent: () => number }[] = [
    { by: 'Graph', config: () => ({ type: 'ms_graph' }), sent: () => microsoft.graph.sent.length },
    {
      by: 'SMTP',
      config: () => ({ authMethod: 'oauth2', host: 'localhost', port: exchange.port }),
      sent: () => exchange.bodies.length - before,
    },
  ];
  const createConfig = (config: SmtpConfigInput) =>
    app.configs.create({
      name: 'main',
      isDefault: true,
      username: USER,
      tenantId: TENANT,
      clientId: CLIENT_ID,
      clientSecretSource: kept.source.id,
      clientSecretRef: 'mail-app',
      ...config,
    });
  /** Changes the app's secret and revokes the tokens that were issued for the old one. */
  const rotate = (): void => {
    microsoft.entra.clientSecret = ROTATED;
    for (const { token } of microsoft.entra.issued) {
      microsoft.graph.refusedTokens.add(token);
      exchange.refused.add(token);
    }
    for (const { socket } of exchange.sessions) socket.destroy();
  };
  describe.each(databases)('on $name', ({ name: kind }) => {
    it.each(sources.flatMap((from) => ways.map((way) => ({ ...from, ...way }))))(
      'A5.12 sends through $by, also after a rotation: from $from',
      async ({ config, sent, ...from }) => {
        await start(kind, from);
        const { id } = await createConfig(config());
        expect(await app.configs.test(id, { to: 'me@example.org' })).toMatchObject({ ok: true });
        const read = kept.reads();
        await app.mail.sendNow(MAIL);
        await app.mail.send(MAIL);
        await eventually(() => expect(sent()).toBe(3));
        expect(kept.reads()).toBe(read);

        kept.set(ROTATED);
        rotate();
        await app.mail.send(MAIL);
        await eventually(() => expect(sent()).toBe(4));
        await app.mail.sendNow(MAIL);
        expect(kept.reads()).toBe(read + 1);
        expect((await app.configs.findOne(id))!.failingSince).toBeNull();
        await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'sent' }, { status: 'sent' }]));

        const tables = ['smtp_config', 'smtp_config_status', 'smtp_config_test', 'smtp_message', 'smtp_message_attempt'];
        const rows = JSON.stringify(await Promise.all(tables.map((table) => app.dataSource.query(`SELECT * FROM ${table}`))));
        expect(rows).toContain('mail-app');
        for (const secret of [CLIENT_SECRET, ROTATED, 'enc:v1']) expect(rows).not.toContain(secret);
      },
    );
  });

  it.each(ways)('is read once more if it is wrong, and makes the configuration failing: through $by', async ({ config, sent }) => {
    await start('sqlite', sources[0]!);
    microsoft.entra.clientSecret = ROTATED;
    const { id } = await createConfig(config());
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'AUTH', phase: 'token' });
    for (let i = 0; i < 3; i++) expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'AUTH' });
    expect(kept.reads()).toBe(2);
    expect(sent()).toBe(0);
    expect((await app.configs.findOne(id))!.failingError).toContain('client secret');
  });

  it.each(ways)('can change while a message has an attachment that can be read only once: through $by', async ({ config, sent }) => {
    await start('sqlite', sources[0]!);
    await createConfig(config());
    await app.mail.sendNow(MAIL);
    kept.set(ROTATED);
    rotate();
    const content = Readable.from(['first ', 'and last']);
    await app.mail.sendNow({ ...MAIL, attachments: [{ filename: 'a.txt', content }] });
    expect(sent()).toBe(2);
    const arrived = microsoft.graph.sent[1]?.raw.toString() ?? exchange.bodies.at(-1)!;
    expect(arrived).toContain(Buffer.from('first and last').toString('base64'));
  });

  it('is sent only to Microsoft, in the permitted clouds', async () => {
    await start('sqlite', sources[0]!);
    const question = { source: 'internal', key: 'mail-app' };
    const entra = { type: 'ms_graph', field: 'clientSecret' } as const;
    expect(await app.configs.checkSecret({ ...question, ...entra })).toEqual({ readable: true });
    expect(await app.configs.checkSecret({ ...question, ...entra, graphCloud: 'other' })).toMatchObject({ reason: 'not_allowed' });
    expect(await app.configs.checkSecret({ ...question, host: 'smtp.acme.io' })).toMatchObject({ reason: 'not_allowed' });
    const password = { host: 'localhost', passwordSource: 'internal', passwordRef: 'mail-app', clientSecretSource: undefined };
    expect((await catchError(createConfig(password))).fields).toMatchObject({ passwordRef: { code: 'destination_not_allowed' } });
    const elsewhere = { authMethod: 'oauth2', host: '127.0.0.1', port: exchange.port } as const;
    expect((await catchError(createConfig(elsewhere))).fields).toMatchObject({ clientSecretRef: { code: 'token_not_allowed' } });

    const { id } = await createConfig({ type: 'ms_graph' });
    await app.dataSource.query("UPDATE smtp_config SET graph_cloud = 'other', version = 2");
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET' });
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [{ name: 'token', code: 'SECRET' }] });
    expect(kept.reads()).toBe(1);
    expect(microsoft.entra.requests).toEqual([]);
  });

  it('keeps the last test until another secret is chosen, and is not taken over by another source', async () => {
    await start('sqlite', sources[0]!);
    const { id } = await createConfig({ type: 'ms_graph' });
    await app.configs.test(id, { to: 'a@b.c' });
    await app.configs.update(id, { description: 'x' });
    expect(await app.configs.findOne(id)).toMatchObject({ lastTestStatus: 'ok', clientSecretRef: 'mail-app' });
    expect((await catchError(app.configs.update(id, { clientSecretSource: 'other' }))).fields).toMatchObject({
      clientSecretSource: { code: 'not_a_choice' },
    });
  });
});
