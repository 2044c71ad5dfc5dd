// Must come first, because AdminJS reads the environment when it is imported.
import '../support/admin-environment.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MICROSOFT_SMTP_HOSTS } from '../../lib/config/kinds/smtp/login-warning.js';
import { MICROSOFT_CLOUDS } from '../../lib/index.js';
import { createSmtpResources, withSmtpAdmin } from '../../lib/admin/index.js';
import { checkComponentsFolder } from '../../lib/admin/adminjs/components-folder.js';
import { isCrossSite } from '../../lib/admin/adminjs/origin-check.js';
import { startSmtpApp, type SmtpApp } from '../support/smtp-app.js';
// Must come after the import that sets the folder for AdminJS's components.
import { ComponentLoader } from 'adminjs';

describe('withSmtpAdmin', () => {
  let app: SmtpApp;
  beforeAll(async () => {
    app = await startSmtpApp({ type: 'better-sqlite3', database: ':memory:' }, { appName: 'Acme', activities: [{ key: 'invoice' }] });
  });
  afterAll(() => app.close());

  const host = {
    adminJsOptions: { rootPath: '/back', resources: [{ resource: 'mine' }], branding: { companyName: 'Acme' }, pages: { Mine: {} } },
    auth: { cookieName: 'c', cookiePassword: 'p', authenticate: async () => null },
    sessionOptions: { secret: 's' },
    shouldBeInitialized: false,
  };
  const build = (factory: ReturnType<typeof withSmtpAdmin>, ...injected: unknown[]) =>
    factory.useFactory(app.options, app.configs, app.activities, app.log, app.overview, app.history, ...injected);

  it('adds the screens and keeps everything of the application', async () => {
    const built = await build(withSmtpAdmin(host as never));
    const { resources, componentLoader, ...rest } = built.adminJsOptions;
    expect(rest).toEqual({ rootPath: '/back', branding: { companyName: 'Acme' }, pages: { Mine: {} } });
    expect(resources!.map((entry: any) => entry.options?.id ?? entry.resource)).toEqual([
      'mine',
      'SmtpOverview',
      'SmtpConfig',
      'SmtpActivity',
      'SmtpMessage',
      'SmtpAudit',
    ]);
    expect(built).toMatchObject({
      auth: { cookieName: 'c', cookiePassword: 'p' },
      sessionOptions: host.sessionOptions,
      shouldBeInitialized: false,
    });
    expect(Object.keys(componentLoader!.getComponents())).toContain('SmtpConfigForm');
    expect(host.adminJsOptions.resources).toEqual([{ resource: 'mine' }]);
  });

  it('accepts a factory with injected dependencies, and uses the application’s loader', async () => {
    const componentLoader = new ComponentLoader();
    class Settings {}
    const imports = [class HostModule {}];
    const factory = withSmtpAdmin({
      imports,
      inject: [Settings],
      useFactory: (settings: unknown) => ({ adminJsOptions: { rootPath: settings as string, componentLoader } }),
    });
    expect(factory).toMatchObject({ imports, inject: expect.arrayContaining([Settings]) });
    const built = await build(factory, '/from-settings');
    expect(built.adminJsOptions).toMatchObject({ rootPath: '/from-settings' });
    expect(built.adminJsOptions.componentLoader).toBe(componentLoader);
  });

  it('shows the overview as the start page on request, and never replaces the one of the application', async () => {
    const dashboard = { component: 'Mine' };
    const own = { ...host, adminJsOptions: { ...host.adminJsOptions, dashboard } };
    expect((await build(withSmtpAdmin(host as never))).adminJsOptions.dashboard).toBeUndefined();
    expect((await build(withSmtpAdmin(host as never, { dashboard: true }))).adminJsOptions.dashboard).toEqual({
      component: 'SmtpDashboard',
    });
    expect((await build(withSmtpAdmin(own as never))).adminJsOptions.dashboard).toEqual(dashboard);
    await expect(build(withSmtpAdmin(own as never, { dashboard: true }))).rejects.toThrow(/already have a "dashboard"/);
  });

  it('adds the languages of the application', async () => {
    const translations = { fr: { menu: 'Courrier', smtpOverview: { actions: { list: 'Aperçu' } } }, de: { menu: 'Post' } };
    const locale = { language: 'fr', availableLanguages: ['fr', 'de', 'en'], translations: { de: { labels: { mine: 'Meins' } } } };
    const own = { ...host, adminJsOptions: { ...host.adminJsOptions, locale } };
    const buildLists = async (factory: ReturnType<typeof withSmtpAdmin>) => {
      const { adminJsOptions } = await build(factory);
      const { translations: texts } = adminJsOptions
        .resources!.map((entry: any) => entry.options)
        .find((one) => one?.id === 'SmtpOverview');
      return {
        menu: (adminJsOptions.locale as any)?.translations,
        lists: Object.entries(texts).map(([name, { actions }]: any) => [name, actions.list]),
      };
    };
    const panel = await buildLists(withSmtpAdmin(own as never, { translations }));
    expect(panel.lists).toEqual([
      ['fr', 'Aperçu'],
      ['de', 'Übersicht'],
      ['en', 'Overview'],
    ]);
    expect(panel.menu).toEqual({
      fr: { labels: { 'Outgoing mail': 'Courrier' } },
      de: { labels: { 'Outgoing mail': 'Post', mine: 'Meins' } },
      en: { labels: { 'Outgoing mail': 'Outgoing mail' } },
    });
    const english = await buildLists(withSmtpAdmin(host as never, { translations: { en: { menu: 'Email' } } }));
    expect(english).toEqual({ lists: [['en', 'Overview']], menu: { en: { labels: { 'Outgoing mail': 'Email' } } } });
  });

  it('passes only the necessary options to the screens', async () => {
    const [, config] = createSmtpResources({
      options: app.options,
      configs: app.configs,
      activities: app.activities,
      messages: app.log,
      overview: app.overview,
      history: app.history,
      componentLoader: new ComponentLoader(),
    });
    expect(config?.options?.actions?.new?.custom).toEqual({
      appName: 'Acme',
      activities: [
        { key: 'general', label: 'Everything else', sensitive: false },
        { key: 'invoice', label: 'invoice', sensitive: false },
      ],
      secretSources: [],
      storedSecrets: true,
      single: false,
      passwordOnUpdate: 'keep',
      allowPlaintext: true,
      allowPlaintextAuth: false,
      allowAnonymousTls: false,
      graphClouds: Object.entries(MICROSOFT_CLOUDS).map(([id, { label }]) => ({ id, label })),
      defaultCloud: 'global',
      allowPasswordGrant: false,
      manageRoles: ['ADMINISTRATION_MANAGER'],
      microsoftSmtpHosts: MICROSOFT_SMTP_HOSTS,
    });
  });

  it.each([
    ['missing', undefined, /"componentLoader" is missing/],
    ['of another copy of adminjs', { add: () => 'x', getComponents: () => ({}) }, /another copy of adminjs.*npm ls adminjs/],
  ])('fails at startup if the component loader is %s', (_what, componentLoader, words) => {
    expect(() =>
      createSmtpResources({
        options: app.options,
        configs: app.configs,
        activities: app.activities,
        messages: app.log,
        overview: app.overview,
        history: app.history,
        componentLoader: componentLoader as never,
      }),
    ).toThrow(words);
  });

  it('fails at startup if Express would not serve the components', () => {
    expect(() => checkComponentsFolder('.adminjs/bundle.js')).toThrow(/"\.adminjs".*ADMIN_JS_TMP_DIR/s);
    expect(() => checkComponentsFolder('/srv/.cache/admin/bundle.js')).toThrow(/"\.cache"/);
    expect(() => checkComponentsFolder('/srv/adminjs-dist/bundle.js')).not.toThrow();
    expect(process.env.ADMIN_JS_TMP_DIR).toBe('adminjs-dist');
  });
});

describe('isCrossSite', () => {
  it.each<[boolean, Record<string, string>]>([
    [false, { host: 'acme.io' }],
    [false, { host: 'acme.io', origin: 'https://acme.io' }],
    [false, { host: 'acme.io', 'sec-fetch-site': 'same-origin', origin: 'https://elsewhere' }],
    [false, { host: 'acme.io', 'sec-fetch-site': 'none' }],
    [true, { host: 'acme.io', origin: 'https://evil.io' }],
    [true, { host: 'internal:3000', 'x-forwarded-host': 'acme.io', origin: 'https://acme.io' }],
    [true, { host: 'acme.io', origin: 'https://acme.io:8443' }],
    [true, { host: 'acme.io', origin: 'null' }],
    [true, { host: 'acme.io', origin: '' }],
    [true, { host: 'acme.io', 'sec-fetch-site': 'cross-site' }],
    [true, { host: 'acme.io', 'sec-fetch-site': 'same-site' }],
  ])('returns %s for %j', (expected, headers) => {
    expect(isCrossSite({ headers })).toBe(expected);
  });
});
