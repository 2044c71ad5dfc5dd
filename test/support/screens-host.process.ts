import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveParent, setup } from './processes/serve-parent.js';
import { LOGIN, type ScreensRequest, type ScreensSetup } from './screens-host.js';

const {
  hasKey = true,
  hasExtras = true,
  isSingle = false,
  isRetyped = false,
  trustsInbox = true,
  allowPlaintext = true,
  isDark = false,
  languages,
  translations,
} = setup() as ScreensSetup;
const folder = await mkdtemp(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_screens-`));
// AdminJS reads both while it is imported.
process.env.NODE_ENV = 'production';
process.env.ADMIN_JS_TMP_DIR = join(folder, 'adminjs-dist');

// As built, because the browser gets the components as they were built.
const built = <T>(path: string): Promise<T> => import(new URL(`../../dist/${path}/index.js`, import.meta.url).href) as Promise<T>;
const { MailService, SmtpModule, internalSecrets, smtpEntities, smtpMigrations } = await built<typeof import('../../lib/index.js')>('.');
const { withSmtpAdmin } = await built<typeof import('../../lib/admin/index.js')>('admin');
const { azureKeyVault } = await built<typeof import('../../lib/azure-key-vault/index.js')>('azure-key-vault');
const { cyberArkCcp } = await built<typeof import('../../lib/cyberark/index.js')>('cyberark');
const { startInbox } = await built<typeof import('../../lib/testing/index.js')>('testing');
const { startMicrosoft } = await import('./microsoft/index.js');
const { startKeyVault, refusal } = await import('./vaults/key-vault.js');
const { APP_ID, startCcp } = await import('./vaults/ccp.js');
const { AdminModule } = await import('@adminjs/nestjs');
const { NestFactory } = await import('@nestjs/core');
const { TypeOrmModule } = await import('@nestjs/typeorm');
const { AdminJS, ComponentLoader } = await import('adminjs');
const { DataSource } = await import('typeorm');

const microsoft = await startMicrosoft();
const inbox = await startInbox({ auth: LOGIN });
const vault = await startKeyVault();
const ccp = await startCcp();
vault.secrets.set('smtp-main', { value: LOGIN.password }).set('smtp-news', { value: 'another' });
for (let number = 10; number < 70; number++) vault.secrets.set(`smtp-team-${number}`, { value: 'another' });
ccp.accounts.set('Mail/relay', LOGIN.password);
const componentLoader = new ComponentLoader();
const secret = 'a session secret for tests only';
const admins: Record<string, object> = {
  'admin@example.com': { email: 'admin@example.com', role: 'ADMINISTRATION_MANAGER' },
  'viewer@example.com': { email: 'viewer@example.com', role: 'VIEWER' },
};

/** The colours of @adminjs/themes' dark one that these screens use. */
const DARK = {
  text: '#e9e9ed',
  bg: '#101014',
  container: '#1b1b22',
  sidebar: '#1b1b22',
  border: '#3a3a46',
  inputBorder: '#55556a',
  grey20: '#26262f',
  grey40: '#3a3a46',
  grey60: '#a5a5b5',
  grey80: '#d5d5de',
  grey100: '#f2f2f6',
  white: '#1b1b22',
  black: '#000000',
  primary100: '#8fa8ff',
  primary60: '#5f78d8',
  primary20: '#2b3354',
  accent: '#8fa8ff',
  error: '#ff6b6b',
  success: '#3ecf7c',
  warning: '#ffb454',
};

const sources = [
  azureKeyVault({
    ...vault.options,
    prefix: 'smtp-team-',
    secrets: [
      { key: 'smtp-main', label: 'Main relay', hint: 'since 2024' },
      { key: 'smtp-news', label: 'Newsletters', destinations: ['smtp.acme.io:587'] },
      { key: 'smtp-lost', label: 'Lost one' },
    ],
  }),
  azureKeyVault({ ...vault.options, id: 'locked', label: 'Vault without names', prefix: 'smtp-' }),
  cyberArkCcp({ url: ccp.url, appId: APP_ID, safe: 'Mail', tls: ccp.tls, secrets: [{ key: 'relay', label: 'Relay' }] }),
  internalSecrets({
    secrets: [
      { key: 'graph_app', label: 'App of Microsoft 365', value: () => 'Zx8~the+client/secret=ABC', destinations: ['graph'] },
      { key: 'unset', label: 'Not set', env: 'SMTP_TEST_NEVER_SET' },
    ],
  }),
];

const app = await NestFactory.create(
  {
    module: class ScreensHost {},
    imports: [
      TypeOrmModule.forRoot({
        type: 'better-sqlite3',
        database: join(folder, 'test.sqlite'),
        entities: smtpEntities,
        migrations: smtpMigrations,
        migrationsRun: true,
      }),
      SmtpModule.forRoot({
        appName: 'Acme',
        encryption: hasKey ? { current: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } } : undefined,
        single: isSingle,
        passwordOnUpdate: isRetyped ? 'retype' : 'keep',
        trustedCa: [microsoft.ca, ...(trustsInbox ? [inbox.ca] : [])],
        allowPlaintext,
        graph: {
          allowPasswordGrant: hasExtras,
          clouds: { fake: microsoft.cloud, ...(hasExtras && { second: { ...microsoft.cloud, label: 'Fake of China' } }) },
        },
        secretSources: hasExtras ? sources : [],
      }),
      AdminModule.createAdminAsync(
        withSmtpAdmin({
          adminJsOptions: {
            rootPath: '/admin',
            resources: [],
            componentLoader,
            ...(languages && { locale: { language: 'en', availableLanguages: languages, localeDetection: true, translations } }),
            branding: { companyName: 'Acme', withMadeWithLove: false, ...(isDark && { theme: { colors: DARK } }) },
          },
          auth: {
            authenticate: async (email: string) => (admins[email] as never) ?? null,
            cookieName: 'admin',
            cookiePassword: secret,
          },
          sessionOptions: { secret, resave: false, saveUninitialized: false },
        }),
      ),
    ],
  },
  { logger: false },
);
await new AdminJS({ componentLoader }).initialize();
process.env.ADMIN_JS_SKIP_BUNDLE = 'true';
await app.listen(0, '127.0.0.1');

serveParent(async (request: ScreensRequest) => {
  switch (request.what) {
    case 'start':
      return { url: (await app.getUrl()).replace('127.0.0.1', 'localhost'), smtpPort: inbox.port, smtpCa: inbox.ca };
    case 'graphMails':
      return microsoft.graph.sent.map(({ mailbox, subject, recipients, raw }) => ({ mailbox, subject, recipients, raw: raw.toString() }));
    case 'inboxMails':
      return inbox.mails;
    case 'send':
      return app.get(MailService).send(request.message);
    case 'rows': {
      const dataSource = app.get(DataSource);
      const [configs, defaults, statuses] = await Promise.all(
        ['smtp_config', 'smtp_default', 'smtp_config_status'].map((table) => dataSource.query(`SELECT * FROM ${table}`)),
      );
      return { configs, defaults, statuses };
    }
    case 'vault':
      vault.reply = request.locked ? () => refusal(403, 'Forbidden', 'ForbiddenByRbac') : undefined;
      return null;
    case 'stop':
      await Promise.all([app.close(), microsoft.close(), inbox.close(), vault.stop(), ccp.stop()]);
      return rm(folder, { recursive: true, force: true });
  }
});
