import type { ComponentLoader, ResourceOptions, ResourceWithOptions } from 'adminjs';
import type { SmtpAuditService } from '../audit/smtp-audit.service.js';
import type { SmtpActivityService } from '../config/smtp-activity.service.js';
import type { SmtpConfigService } from '../config/smtp-config.service.js';
import type { ResolvedSmtpOptions } from '../options/options.js';
import type { MailLogService } from '../outbox/mail-log.service.js';
import type { MailOverviewService } from '../outbox/mail-overview.service.js';
import { activityScreen } from './activity/activity-screen.js';
import { auditScreen } from './audit/audit-screen.js';
import { addComponents } from './adminjs/component-loader.js';
import { screensOf } from './adminjs/screens.js';
import { configScreen } from './config/config-screen.js';
import { screenSettings } from './config/screen-settings.js';
import { LANGUAGES, type Translations, languageOf, translationsOf } from './locales/index.js';
import type { Language } from './locales/language.js';
import { logScreen } from './log/log-screen.js';
import { overviewScreen } from './overview/overview-screen.js';

export interface SmtpResourcesOptions {
  /** The resolved options of SmtpModule: `SMTP_OPTIONS` in the Nest container. */
  options: ResolvedSmtpOptions;
  configs: SmtpConfigService;
  activities: SmtpActivityService;
  messages: MailLogService;
  overview: MailOverviewService;
  history: SmtpAuditService;
  /** The loader that is also in the AdminJS options. */
  componentLoader: ComponentLoader;
  /** The place of the screens in the menu. @default a group "Outgoing mail" */
  navigation?: ResourceOptions['navigation'];
  /**
   * The panel's languages (`locale.availableLanguages`). Every page contains the texts of all of them. @default the package's and
   * those of `translations`
   */
  languages?: readonly string[];
  /** Adds a language or replaces single texts, by the name of the language. Missing texts of a new language are shown in English. */
  translations?: Translations;
}

/** The group in the menu, and the key of its label in each language. */
export const MENU = LANGUAGES.en.menu;

/**
 * Creates the screens as AdminJS resources, for applications that build AdminJS by hand. All others use
 * `withSmtpAdmin`.
 * @throws if the component loader is missing or comes from another copy of adminjs
 */
export function createSmtpResources({
  options,
  configs,
  activities,
  messages,
  overview,
  history,
  componentLoader,
  navigation = { name: MENU, icon: 'Mail' },
  translations: own = {},
  languages = Object.keys({ ...LANGUAGES, ...own }),
}: SmtpResourcesOptions): ResourceWithOptions[] {
  addComponents(componentLoader);
  const settings = screenSettings(options);
  const translations = translationsOf(languages, { isSingle: settings.single, translations: own });
  const language = (name: unknown): Language => languageOf(String(name), own);
  const screens = screensOf(configs, { settings, navigation, translations, language });
  return [
    overviewScreen(screens, configs, overview),
    configScreen(screens, configs, messages),
    // With a single configuration, activities have no choice.
    ...(settings.single ? [] : [activityScreen(screens, activities)]),
    logScreen(screens, configs, messages),
    auditScreen(screens, { history, configs, messages, activities: settings.single ? undefined : activities }),
  ];
}
