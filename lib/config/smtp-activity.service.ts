import { Inject, Injectable } from '@nestjs/common';
import { AccessPolicy, type Caller } from '../options/access.js';
import { type FieldProblem, MailError, validationError } from '../shared/mail-error.js';
import { sensitiveKeys } from '../options/activities.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { SmtpConfigView } from './smtp-config.input.js';
import { SmtpConfigStore } from './smtp-config.store.js';
import { SmtpConfigWriter } from './smtp-config.writer.js';
import type { ActivityConfigState, SmtpActivityView } from '../shared/smtp-config.js';

/** Finds the activities that the application declared and assigns configurations to them. */
@Injectable()
export class SmtpActivityService {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly access: AccessPolicy,
    private readonly store: SmtpConfigStore,
    private readonly writer: SmtpConfigWriter,
  ) {}

  /** The keys that a message may name. */
  get keys(): ReadonlySet<string> {
    return new Set(this.options.activities.map(({ key }) => key));
  }

  /** The keys of activities whose mail is sensitive. */
  get sensitiveKeys(): ReadonlySet<string> {
    return sensitiveKeys(this.options);
  }

  async find(call: Caller = {}): Promise<SmtpActivityView[]> {
    await this.access.assertCan('view', call);
    const chosen = await this.store.activities();
    const defaultId = await this.store.defaultId();
    const ids = [...chosen.values(), defaultId].filter((id) => id !== null);
    const configs = new Map((await this.store.viewsById(ids)).map((config) => [config.id, config]));
    const undeclared = [...chosen.keys()].filter((key) => !this.keys.has(key)).map((key) => ({ key, label: key, sensitive: false }));
    return [...this.options.activities, ...undeclared].map((activity) => {
      const configId = chosen.get(activity.key) ?? null;
      const config = configs.get(configId ?? defaultId ?? '');
      return {
        ...activity,
        declared: this.keys.has(activity.key),
        configId,
        configName: config?.name ?? null,
        usedConfigId: config?.id ?? null,
        configHealth: config?.health ?? null,
        configState: configId === null ? stateOfDefault(config) : stateOfChosen(config),
      };
    });
  }

  async findOne(key: string, call: Caller = {}): Promise<SmtpActivityView | null> {
    return (await this.find(call)).find((activity) => activity.key === key) ?? null;
  }

  /** Assigns a configuration to an activity; null for the default. */
  async assign(key: string, configId: string | null, call: Caller = {}): Promise<SmtpActivityView> {
    await this.access.assertCan('manage', call);
    const activity = await this.findOne(key, call);
    if (!activity) throw new MailError('NOT_FOUND', 'This email type does not exist.');
    if (configId !== null && this.options.single) {
      throw validationError({
        configId: { code: 'only_one', message: 'This application has a single configuration, which sends all mail.' },
      });
    }
    const [config = null] = typeof configId === 'string' ? await this.store.viewsById([configId]) : [];
    if (configId !== null && !config) {
      throw validationError({ configId: { code: 'not_a_choice', message: 'Choose a configuration from the list.' } });
    }
    await this.writer.saveActivity(activity, config, call);
    return (await this.findOne(key, call))!;
  }

  /** Checks the list of activities to copy. Keys that are already stored may stay even if they are no longer declared. */
  copyProblem(keys: string[], stored: string[]): FieldProblem | undefined {
    for (const key of keys) {
      const activity = this.options.activities.find((declared) => declared.key === key);
      if (activity?.sensitive) {
        return { code: 'activity_sensitive', message: `"${activity.label}" is sensitive. Its mail is never sent to CC or BCC.` };
      }
      if (!activity && !stored.includes(key)) {
        return { code: 'activity_unknown', message: `The email type "${String(key).slice(0, 64)}" does not exist.` };
      }
    }
    return undefined;
  }
}

function stateOfDefault(config: SmtpConfigView | undefined): ActivityConfigState {
  return !config ? 'no_default' : config.enabled ? 'default' : 'default_disabled';
}

function stateOfChosen(config: SmtpConfigView | undefined): ActivityConfigState {
  return !config ? 'deleted' : config.enabled ? 'ok' : 'disabled';
}
