import { Inject, Injectable, Logger } from '@nestjs/common';
import { knownRefusal } from '../config/connection-policy.js';
import { secretsOf } from '../config/destination.js';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SmtpConfigSecrets } from '../config/smtp-config.secrets.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import type { MailErrorCode } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Breaker } from './breaker.js';

/** Failures that a changed option may have resolved. */
const OPTION_FAILURES: ReadonlySet<string> = new Set(['CONFIG_INVALID', 'EGRESS'] satisfies MailErrorCode[]);
/** The most keys of a source that are listed. */
const MAX_NAMED = 20;

/** Checks the stored configurations against the current options at startup. */
@Injectable()
export class StartInspection {
  readonly #logger = new Logger('SmtpModule');

  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly store: SmtpConfigStore,
    private readonly secrets: SmtpConfigSecrets,
    private readonly breaker: Breaker,
  ) {}

  async check(): Promise<void> {
    const configs = await this.store.all();
    this.warnAboutUnbound(configs);
    const failing = await this.breaker.failing();
    for (const config of configs.filter(({ enabled }) => enabled)) {
      const problem = knownRefusal(config, this.options) ?? this.secrets.refusalOf(config);
      if (problem) {
        this.#logger.error(`The configuration "${config.name}" is not used: ${problem.message}`);
        await this.breaker.trip(config, problem);
      } else if (OPTION_FAILURES.has(failing.get(config.id)?.code ?? '')) {
        await this.breaker.reset(config.id);
      }
    }
  }

  /** Warns about secrets that an admin can have sent to any server: listed by a source, or in use. */
  private warnAboutUnbound(configs: readonly SmtpConfig[]): void {
    for (const source of this.options.secretSources) {
      const used = configs.flatMap((config) =>
        secretsOf(config).map((column) => [config[`${column}Source`], config[`${column}Ref`]] as const),
      );
      const unbound = used.flatMap(([id, ref]) => {
        const choice = id === source.id && ref !== null ? source.allows(ref) : undefined;
        return choice && choice.destinations === undefined ? [choice.key] : [];
      });
      const keys = [...new Set([...(source.unbound?.() ?? []), ...unbound])];
      if (keys.length === 0) continue;
      const more = keys.length > MAX_NAMED ? ` and ${keys.length - MAX_NAMED} more` : '';
      this.#logger.warn(
        `The secret source "${source.id}" lets admins send these secrets to any server: ${keys.slice(0, MAX_NAMED).join(', ')}${more}. Set "destinations" for them.`,
      );
    }
  }
}
