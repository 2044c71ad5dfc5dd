import { Inject, Injectable } from '@nestjs/common';
import { AccessPolicy, type Caller } from '../options/access.js';
import { type FieldProblem, MailError, validationError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type Activity, type ResolvedSmtpOptions, sensitiveKeys } from '../options/options.js';
import type { SmtpConfigView } from './smtp-config.input.js';
import { SmtpConfigStore } from './smtp-config.store.js';
import { SmtpConfigWriter } from './smtp-config.writer.js';

/**
 * `default`: none is chosen, so the default is used; with `no_default` and `default_disabled` that does not work just now.
 * `gone`: the chosen one was deleted. Mail that has nothing to leave through does not leave through another.
 */
export type ActivityConfigState = 'default' | 'no_default' | 'default_disabled' | 'ok' | 'disabled' | 'gone';

/** An activity and the configuration its mail leaves through. */
export interface SmtpActivityView extends Activity {
  /** False for a key that only a row remembers: the code does not declare it any more. */
  declared: boolean;
  configId: string | null;
  /** Of the chosen configuration, or of the default one where none is chosen. */
  configName: string | null;
  configState: ActivityConfigState;
}

/** The kinds of mail the host declared, and which configuration each uses. */
@Injectable()
export class SmtpActivityService {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly access: AccessPolicy,
    private readonly store: SmtpConfigStore,
    private readonly writer: SmtpConfigWriter,
  ) {}

  /** The keys a message may name. */
  get keys(): ReadonlySet<string> {
    return new Set(this.options.activities.map(({ key }) => key));
  }

  /** Those whose mail is sensitive. */
  get sensitiveKeys(): ReadonlySet<string> {
    return sensitiveKeys(this.options);
  }

  async find(call: Caller = {}): Promise<SmtpActivityView[]> {
    await this.access.assertCan('view', call);
    const chosen = await this.store.activities();
    const defaultId = await this.store.defaultId();
    const ids = [...chosen.values(), defaultId].filter((id) => id !== null);
    const configs = new Map((await this.store.viewsById(ids)).map((config) => [config.id, config]));
    const gone = [...chosen.keys()].filter((key) => !this.keys.has(key)).map((key) => ({ key, label: key, sensitive: false }));
    return [...this.options.activities, ...gone].map((activity) => {
      const configId = chosen.get(activity.key) ?? null;
      const config = configs.get(configId ?? defaultId ?? '');
      return {
        ...activity,
        declared: this.keys.has(activity.key),
        configId,
        configName: config?.name ?? null,
        configState: configId === null ? stateOfDefault(config) : stateOfChosen(config),
      };
    });
  }

  async findOne(key: string, call: Caller = {}): Promise<SmtpActivityView | null> {
    return (await this.find(call)).find((activity) => activity.key === key) ?? null;
  }

  /** Chooses the configuration of an activity; null for the default. */
  async assign(key: string, configId: string | null, call: Caller = {}): Promise<SmtpActivityView> {
    await this.access.assertCan('manage', call);
    const activity = await this.findOne(key, call);
    if (!activity) throw new MailError('NOT_FOUND', 'There is no such activity.');
    if (configId !== null && this.options.single) {
      throw validationError({ configId: { code: 'only_one', message: 'There is one configuration, and all mail uses it.' } });
    }
    const [config = null] = typeof configId === 'string' ? await this.store.viewsById([configId]) : [];
    if (configId !== null && !config) {
      throw validationError({ configId: { code: 'not_a_choice', message: 'Choose a configuration from the list.' } });
    }
    await this.writer.saveActivity(activity, config, call);
    return (await this.findOne(key, call))!;
  }

  /** What is wrong with a list of activities to be copied; keys that were stored before may stay although they are no longer declared. */
  copyProblem(keys: string[], stored: string[]): FieldProblem | undefined {
    for (const key of keys) {
      const activity = this.options.activities.find((declared) => declared.key === key);
      if (activity?.sensitive) {
        return { code: 'activity_sensitive', message: `"${activity.label}" is sensitive: its mail is never copied.` };
      }
      if (!activity && !stored.includes(key)) {
        return { code: 'activity_unknown', message: `There is no activity "${String(key).slice(0, 64)}".` };
      }
    }
    return undefined;
  }
}

function stateOfDefault(config: SmtpConfigView | undefined): ActivityConfigState {
  return !config ? 'no_default' : config.enabled ? 'default' : 'default_disabled';
}

function stateOfChosen(config: SmtpConfigView | undefined): ActivityConfigState {
  return !config ? 'gone' : config.enabled ? 'ok' : 'disabled';
}
