import type { ActionContext, ResourceOptions } from 'adminjs';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { translationsOf } from '../locales/index.js';
import type { Language } from '../locales/language.js';
import type { ScreenSettings } from '../../shared/smtp-config.js';
import { guardHooks } from './hooks.js';

/** Everything that the screens of one panel share. */
export interface Screens {
  settings: ScreenSettings;
  navigation: ResourceOptions['navigation'];
  translations: ReturnType<typeof translationsOf>;
  /** Returns the texts of a language that the panel is shown in; English if it is unknown. */
  language: (name: unknown) => Language;
  /** The hooks of actions that only show something. */
  view: ReturnType<typeof guardHooks>;
  /** The hooks of actions that change something. */
  manage: ReturnType<typeof guardHooks>;
  /** The settings, as the actions pass them to their components. */
  custom: Record<string, unknown>;
  /** An action on one record that changes it. */
  record: SharedAction<'record'>;
  /** An action on the resource that changes something. */
  resource: SharedAction<'resource'>;
}

type SharedAction<Type extends string> = ReturnType<typeof guardHooks> & { actionType: Type; custom: Record<string, unknown> };

const never = (): boolean => false;

/** Settings of an AdminJS action that a resource does not offer. */
export const CLOSED = { isAccessible: never, isVisible: never };
/** Settings of an action whose page has a head of its own instead of AdminJS's header. */
export const OWN_HEAD = { hideActionHeader: true } as const;
/** Settings of an action that only components call: AdminJS shows no button for it. */
export const HIDDEN = { component: false, isVisible: false } as const;

/** Builds what all screens share. */
export function screensOf(
  configs: SmtpConfigService,
  { settings, navigation, translations, language }: Pick<Screens, 'settings' | 'navigation' | 'translations' | 'language'>,
): Screens {
  const view = guardHooks(configs, 'view');
  const manage = guardHooks(configs, 'manage');
  const custom = settings as unknown as Record<string, unknown>;
  return {
    settings,
    navigation,
    translations,
    language,
    view,
    manage,
    custom,
    record: { actionType: 'record', ...manage, custom },
    resource: { actionType: 'resource', ...manage, custom },
  };
}

/** Adds data to the metadata of a list. Errors are passed on unchanged. */
export function withMeta<Request>(read: (request: Request, context: ActionContext) => Promise<object>) {
  return async <T>(response: T, request: Request, context: ActionContext): Promise<T> => {
    const { meta, notice } = response as { meta?: object; notice?: { type: string } };
    if (!meta || notice?.type === 'error') return response;
    return { ...response, meta: { ...meta, ...(await read(request, context)) } };
  };
}
