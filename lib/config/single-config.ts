import { Inject, Injectable, Logger } from '@nestjs/common';
import { type FieldProblem, MailError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { SmtpConfigStore } from './smtp-config.store.js';
import { SmtpConfigWriter } from './smtp-config.writer.js';

/** The name of the only configuration. Because names are unique, nobody can create a second one. */
export const SINGLE_NAME = 'default';

/** The problem with a second configuration. */
export const ONLY_ONE: FieldProblem = {
  code: 'only_one',
  message: 'This application can have only one configuration (option "single" of SmtpModule). Change the existing one.',
};

/**
 * Rejects mail that names another configuration, which cannot exist with the option `single`.
 * @throws MailError `INVALID_MESSAGE`
 */
export function assertOnlyConfig({ single }: Pick<ResolvedSmtpOptions, 'single'>, name: string | undefined): void {
  if (!single || name === undefined || name.toLowerCase() === SINGLE_NAME) return;
  const message = `This application has one configuration, "${SINGLE_NAME}" (option "single" of SmtpModule).`;
  throw new MailError('INVALID_MESSAGE', `"config" names "${name.slice(0, 50)}". ${message}`, {
    fields: { config: { code: 'only_one', message } },
    remedy: 'Leave "config" out.',
  });
}

/** Adapts the stored configurations to the option `single` at startup. */
@Injectable()
export class SingleConfig {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly store: SmtpConfigStore,
    private readonly writer: SmtpConfigWriter,
  ) {}

  /**
   * Makes the only configuration the default and gives it the reserved name. Clears the configurations of activities. @throws
   * MailError `OPTIONS` if there are several
   */
  async check(): Promise<void> {
    if (!this.options.single) return;
    const rows = await this.store.all();
    if (rows.length > 1) {
      const names = rows.map(({ name }) => name).sort();
      throw new MailError(
        'OPTIONS',
        `Option "single" of SmtpModule allows one configuration, but ${rows.length} exist (${names.join(', ')}).`,
        {
          remedy: 'Start without the option, delete all configurations but one, then start with the option again.',
        },
      );
    }
    const [row] = rows;
    try {
      if (!(await this.isAdopted(row))) await this.writer.adopt(row, SINGLE_NAME);
    } catch (error) {
      // Another process did it first, or an admin saved a configuration: check the current state.
      if (error instanceof MailError && error.code === 'STALE') return this.check();
      throw error;
    }
    if (row && row.name !== SINGLE_NAME) {
      new Logger('SmtpModule').log(`The configuration "${row.name}" was renamed to "${SINGLE_NAME}" (option "single").`);
    }
  }
  private async isAdopted(row: SmtpConfig | undefined): Promise<boolean> {
    if ([...(await this.store.activities()).values()].some((configId) => configId !== null)) return false;
    return !row || (row.name === SINGLE_NAME && (await this.store.defaultId()) === row.id);
  }
}
