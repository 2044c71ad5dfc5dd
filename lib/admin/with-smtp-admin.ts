import type { AbstractLoader, AdminModuleOptions } from '@adminjs/nestjs';
import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import { type AdminJSOptions, ComponentLoader } from 'adminjs';
import { SmtpAuditService } from '../audit/smtp-audit.service.js';
import { SmtpActivityService } from '../config/smtp-activity.service.js';
import { SmtpConfigService } from '../config/smtp-config.service.js';
import { type ResolvedSmtpOptions, SMTP_OPTIONS } from '../options/options.js';
import { MailLogService } from '../outbox/mail-log.service.js';
import { MailOverviewService } from '../outbox/mail-overview.service.js';
import { limitedLoader } from './adminjs/limited-loader.js';
import { warnAtSignIn } from './adminjs/sign-in-warning.js';
import type { RequestLimits } from './adminjs/panel-request.js';
import { MENU, createSmtpResources, type SmtpResourcesOptions } from './create-smtp-resources.js';
import { LANGUAGES, type Translations, languageOf } from './locales/index.js';

interface Extras extends Pick<SmtpResourcesOptions, 'navigation' | 'languages' | 'translations'> {
  /** Shows the overview as the panel's start page. Cannot be combined with a `dashboard` in the AdminJS options. @default false */
  dashboard?: boolean;
}

/** AdminModule's options, with the limits that formidable 1 does not have. */
interface PanelOptions extends AdminModuleOptions {
  formidableOptions?: AdminModuleOptions['formidableOptions'] & RequestLimits;
}

/** The argument of `AdminModule.createAdminAsync`. */
export interface SmtpAdminFactory extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  // Nest's own factories accept any injected values.
  // oxlint-disable-next-line typescript/no-explicit-any
  useFactory: (...args: any[]) => Promise<PanelOptions> | PanelOptions;
  customLoader?: Type<AbstractLoader>;
}

type SmtpAdminOptions = (PanelOptions & { customLoader?: Type<AbstractLoader> }) | SmtpAdminFactory;

/**
 * Adds the mail screens, and limits on requests, to an admin panel. Accepts the options of `AdminModule.createAdmin` or
 * `createAdminAsync` and returns options for `createAdminAsync`. Requires SmtpModule, which is global.
 */
export function withSmtpAdmin(options: SmtpAdminOptions, extras: Extras = {}): SmtpAdminFactory {
  const {
    imports,
    inject = [],
    useFactory,
    customLoader,
  }: SmtpAdminFactory = 'useFactory' in options ? options : { useFactory: () => options, customLoader: options.customLoader };
  return {
    imports,
    customLoader: limitedLoader(customLoader),
    inject: [SMTP_OPTIONS, SmtpConfigService, SmtpActivityService, MailLogService, MailOverviewService, SmtpAuditService, ...inject],
    useFactory: async (
      smtpOptions: ResolvedSmtpOptions,
      configs: SmtpConfigService,
      activities: SmtpActivityService,
      messages: MailLogService,
      overview: MailOverviewService,
      history: SmtpAuditService,
      ...args: unknown[]
    ) => {
      const admin = await useFactory(...args);
      const { adminJsOptions } = admin;
      const { translations, dashboard = false } = extras;
      if (dashboard && adminJsOptions.dashboard) {
        throw new Error('withSmtpAdmin: the AdminJS options already have a "dashboard". Remove it or the option "dashboard: true".');
      }
      const locale = adminJsOptions.locale ?? (translations && { language: 'en' });
      const componentLoader = adminJsOptions.componentLoader ?? new ComponentLoader();
      const languages = extras.languages ?? languagesOf(locale, translations);
      const resources = createSmtpResources({
        options: smtpOptions,
        configs,
        activities,
        messages,
        overview,
        history,
        componentLoader,
        navigation: extras.navigation,
        translations,
        languages,
      });
      return {
        ...admin,
        auth: warnAtSignIn(admin.auth, smtpOptions, (who) => configs.canShow('manage', who)),
        adminJsOptions: {
          ...adminJsOptions,
          ...(locale && { locale: withMenu(locale, languages, translations) }),
          ...(dashboard && { dashboard: { component: 'SmtpDashboard' } }),
          componentLoader,
          resources: [...(adminJsOptions.resources ?? []), ...resources],
        },
      };
    },
  };
}

type LocaleOption = AdminJSOptions['locale'];
type Locale = Exclude<LocaleOption, undefined | ((...args: never[]) => unknown)>;

/** Returns the languages that a panel can show; all languages if that depends on the signed-in admin. */
function languagesOf(locale: LocaleOption, translations: Translations = {}): string[] {
  if (typeof locale === 'function') return Object.keys({ ...LANGUAGES, ...translations });
  return [...new Set([locale?.language ?? 'en', ...(locale?.availableLanguages ?? [])])];
}

/** Adds the menu group's name in each language, unless the application does. A group's name is not a text of a resource. */
function withMenu(locale: NonNullable<LocaleOption>, languages: readonly string[], translations?: Translations): LocaleOption {
  const addMenu = (own: Locale): Locale => ({ ...own, translations: withGroup(own.translations, languages, translations) });
  return typeof locale === 'function' ? async (admin) => addMenu(await locale(admin)) : addMenu(locale);
}

function withGroup(panel: Locale['translations'], languages: readonly string[], translations?: Translations): Locale['translations'] {
  const all = { ...panel };
  for (const name of languages) {
    const labels = { [MENU]: languageOf(name, translations).menu, ...(all[name]?.labels as object | undefined) };
    all[name] = { ...all[name], labels };
  }
  return all;
}
