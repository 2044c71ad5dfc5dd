import type { AbstractLoader, AdminModuleOptions } from '@adminjs/nestjs';
import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import { type AdminJSOptions, ComponentLoader } from 'adminjs';
import { SmtpActivityService } from '../config/smtp-activity.service.js';
import { SmtpConfigService } from '../config/smtp-config.service.js';
import { MailLogService } from '../outbox/mail-log.service.js';
import { MailOverviewService } from '../outbox/mail-overview.service.js';
import { limitedLoader } from './adminjs/limited-loader.js';
import type { RequestLimits } from './adminjs/panel-request.js';
import { MENU, createSmtpResources, type SmtpResourcesOptions } from './create-smtp-resources.js';
import { LANGUAGES, type LanguageName } from './locales/index.js';

type Extras = Pick<SmtpResourcesOptions, 'navigation' | 'languages'>;

/** AdminModule's options, with the limits that formidable 1 does not know. */
interface PanelOptions extends AdminModuleOptions {
  formidableOptions?: AdminModuleOptions['formidableOptions'] & RequestLimits;
}

/** What `AdminModule.createAdminAsync` takes. */
export interface SmtpAdminFactory extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  // Nest's own factories take whatever is injected.
  // oxlint-disable-next-line typescript/no-explicit-any
  useFactory: (...args: any[]) => Promise<PanelOptions> | PanelOptions;
  customLoader?: Type<AbstractLoader>;
}

type SmtpAdminOptions = (PanelOptions & { customLoader?: Type<AbstractLoader> }) | SmtpAdminFactory;

/**
 * Adds the mail screens to an admin. Takes what `AdminModule.createAdmin` or `createAdminAsync` takes, keeps all of it, and
 * returns what `createAdminAsync` takes, with limits on the requests to the panel. Needs SmtpModule, which is global.
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
    inject: [SmtpConfigService, SmtpActivityService, MailLogService, MailOverviewService, ...inject],
    useFactory: async (
      configs: SmtpConfigService,
      activities: SmtpActivityService,
      messages: MailLogService,
      overview: MailOverviewService,
      ...args: unknown[]
    ) => {
      const admin = await useFactory(...args);
      const { adminJsOptions } = admin;
      const componentLoader = adminJsOptions.componentLoader ?? new ComponentLoader();
      const languages = extras.languages ?? languagesOf(adminJsOptions.locale);
      const resources = createSmtpResources({ configs, activities, messages, overview, componentLoader, ...extras, languages });
      return {
        ...admin,
        adminJsOptions: {
          ...adminJsOptions,
          ...(adminJsOptions.locale && { locale: withMenu(adminJsOptions.locale, languages) }),
          componentLoader,
          resources: [...(adminJsOptions.resources ?? []), ...resources],
        },
      };
    },
  };
}

type LocaleOption = AdminJSOptions['locale'];
type Locale = Exclude<LocaleOption, undefined | ((...args: never[]) => unknown)>;

/** The languages a panel can show; all of them where it is known only when somebody signs in. */
function languagesOf(locale: LocaleOption): LanguageName[] {
  const known = Object.keys(LANGUAGES) as LanguageName[];
  if (typeof locale === 'function') return known;
  const shown = new Set([locale?.language ?? 'en', ...(locale?.availableLanguages ?? [])]);
  return known.filter((name) => shown.has(name));
}

/** The name of our group in the menu in each language; what the host says stands. A group's name is no text of a resource. */
function withMenu(locale: NonNullable<LocaleOption>, languages: readonly LanguageName[]): LocaleOption {
  return typeof locale === 'function' ? async (admin) => withMenuIn(await locale(admin), languages) : withMenuIn(locale, languages);
}

function withMenuIn(locale: Locale, languages: readonly LanguageName[]): Locale {
  const translations = { ...locale.translations };
  for (const language of languages) {
    const own = translations[language];
    translations[language] = { ...own, labels: { [MENU]: LANGUAGES[language].menu, ...(own?.labels as object | undefined) } };
  }
  return { ...locale, translations };
}
