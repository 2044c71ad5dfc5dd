import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleEnvironment, shareBundle } from './components-bundle.js';
import { serveParent, readSetup } from './processes/serve-parent.js';
import { LOGIN, type ScreensRequest, type ScreensSetup } from './screens-host.js';

const {
  hasKey = true,
  hasExtras = true,
  isSingle = false,
  isRetyped = false,
  trustsInbox = true,
  allowPlaintext = true,
  egress,
  isDark = false,
  tests = { perMinute: 10_000, concurrent: 10_000 },
  languages,
  translations,
  smtpTranslations,
  activities = [],
} = readSetup() as ScreensSetup;
const folder = await mkdtemp(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_screens-`));
const database = join(folder, 'test.sqlite');
// AdminJS reads both during import.
process.env.NODE_ENV = 'production';
const bundle = join(folder, 'adminjs-dist');
Object.assign(process.env, bundleEnvironment(bundle));

// Imports the build, because the browser gets the built components.
const importBuilt = <T>(path: string): Promise<T> => import(new URL(`../../dist/${path}/index.js`, import.meta.url).href) as Promise<T>;
const { MailService, SmtpModule, internalSecrets, smtpEntities, smtpMigrations } =
  await importBuilt<typeof import('../../lib/index.js')>('.');
const { withSmtpAdmin } = await importBuilt<typeof import('../../lib/admin/index.js')>('admin');
const { azureKeyVault } = await importBuilt<typeof import('../../lib/azure-key-vault/index.js')>('azure-key-vault');
const { cyberArkCcp } = await importBuilt<typeof import('../../lib/cyberark/index.js')>('cyberark');
const { startInbox } = await importBuilt<typeof import('../../lib/testing/index.js')>('testing');
const { startMicrosoft } = await import('./microsoft/index.js');
const { startKeyVault, buildRefusal } = await import('./vaults/key-vault.js');
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
  'dark.admin@example.com': { email: 'dark.admin@example.com', role: 'ADMINISTRATION_MANAGER', theme: 'dark' },
  'dark.viewer@example.com': { email: 'dark.viewer@example.com', role: 'VIEWER', theme: 'dark' },
};

/** The overrides and the style sheet of the dark theme of @adminjs/themes 1.0. */
const DARK = {
  id: 'dark',
  name: 'AdminJS Dark theme',
  overrides: {
    colors: {
      primary100: '#256BEE',
      bg: '#151419',
      border: '#39383d',
      text: '#fff',
      container: '#1A1A1E',
      sidebar: '#0C0B10',
      grey100: '#CDCBD4',
      grey60: '#8C8B90',
      grey40: '#151419',
      filterBg: '#1A1A1E',
      inputBorder: 'rgba(145, 158, 171, 0.32)',
      errorLight: '#C20012',
      successLight: '#007D7F',
      warningLight: '#A14F17',
      infoLight: '#3040D6',
    },
    borders: { default: '1px solid #232228', input: '1px solid #232228' },
    shadows: {
      login: '0 15px 24px 0 rgba(0, 0, 0, 0.3)',
      cardHover: '0 4px 12px 0 rgba(0, 0, 0, 0.3)',
      drawer: '-2px 0 8px 0 rgba(0, 0, 0, 0.3)',
      card: '0 1px 6px 0 rgba(0, 0, 0, 0.3)',
    },
  },
  stylePath: join(folder, 'dark.css'),
  bundlePath: join(folder, 'dark.js'),
};
await writeFile(DARK.stylePath, ':root { color-scheme: dark; } body { background: #000; }');
await writeFile(DARK.bundlePath, '');

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
        database,
        entities: smtpEntities,
        migrations: smtpMigrations,
        migrationsRun: true,
      }),
      SmtpModule.forRoot({
        appName: 'Acme',
        activities,
        encryption: hasKey ? { current: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } } : undefined,
        single: isSingle,
        passwordOnUpdate: isRetyped ? 'retype' : 'keep',
        trustedCa: [microsoft.ca, ...(trustsInbox ? [inbox.ca] : [])],
        allowPlaintext,
        tests,
        egress,
        graph: {
          allowPasswordGrant: hasExtras,
          clouds: { fake: microsoft.cloud, ...(hasExtras && { second: { ...microsoft.cloud, label: 'Fake of China' } }) },
        },
        secretSources: hasExtras ? sources : [],
      }),
      AdminModule.createAdminAsync(
        withSmtpAdmin(
          {
            adminJsOptions: {
              rootPath: '/admin',
              resources: [],
              componentLoader,
              ...(languages && { locale: { language: 'en', availableLanguages: languages, localeDetection: true, translations } }),
              branding: { companyName: 'Acme', withMadeWithLove: false },
              availableThemes: [DARK],
              // No theme is called `light`, so AdminJS uses its own.
              defaultTheme: isDark ? DARK.id : 'light',
            },
            auth: {
              authenticate: async (email: string) => (admins[email] as never) ?? null,
              cookieName: 'admin',
              cookiePassword: secret,
            },
            sessionOptions: { secret, resave: false, saveUninitialized: false },
          },
          { translations: smtpTranslations },
        ),
      ),
    ],
  },
  { logger: false },
);
if (!process.env.ADMIN_JS_SKIP_BUNDLE) {
  await new AdminJS({ componentLoader }).initialize();
  await shareBundle(bundle);
  process.env.ADMIN_JS_SKIP_BUNDLE = 'true';
}
await app.listen(0, '127.0.0.1');

serveParent(async (request: ScreensRequest) => {
  switch (request.what) {
    case 'start':
      return { url: (await app.getUrl()).replace('127.0.0.1', 'localhost'), smtpPort: inbox.port, smtpCa: inbox.ca, database };
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
      vault.reply = request.locked ? () => buildRefusal(403, 'Forbidden', 'ForbiddenByRbac') : undefined;
      return null;
    case 'stop':
      await Promise.all([app.close(), microsoft.close(), inbox.close(), vault.stop(), ccp.stop()]);
      return rm(folder, { recursive: true, force: true });
  }
});
