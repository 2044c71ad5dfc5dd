import type { StoredConfig } from '../config/smtp-config.queries.js';
import type { SmtpDatabase, WriteStep } from '../database/database.js';
import { MAIL_ERRORS, MailError, type MailErrorCode } from '../shared/mail-error.js';
import { type FailingRow, failingConfigs, makeProbeDue, markFailing, markWorking, takeProbe } from './sql/breaker.js';

/** The state of a configuration that is failing: nothing is sent through it but probes. */
export interface FailingState {
  configId: string;
  version: number;
  since: number;
  code: string;
  error: string;
  nextProbeAt: number;
  /** True when the next probe is due. */
  isDue: boolean;
}

/** True for failures of the server, the login or the configuration, not of a message. A server that asks to wait is not failing. */
export function isServerFailure(error: MailError): boolean {
  return (error.fault === 'server' || error.fault === 'config') && error.code !== 'AMBIGUOUS' && error.code !== 'THROTTLED';
}

/**
 * The circuit breakers of configurations. They trip for all processes at once: the state is a row. While one is open, one
 * message is tried every `reconnectEveryMs`, by the one process whose conditional UPDATE wins.
 */
export class Breaker {
  constructor(
    private readonly database: SmtpDatabase,
    private readonly reconnectEveryMs: number,
  ) {}

  /** Returns the state of each configuration that is failing, by its id. */
  async failing(): Promise<Map<string, FailingState>> {
    const rows = await this.database.query<FailingRow>(failingConfigs(this.database.schema));
    return new Map(rows.map((row) => [row.configId, stateOf(row)]));
  }

  /** Runs work that sends. While the configuration is failing, runs only a probe that is due and throws the known error otherwise. */
  async guard<T>(config: StoredConfig, work: () => Promise<T>): Promise<T> {
    const failing = (await this.failing()).get(config.id);
    const isFailing = failing !== undefined && failing.version === config.version;
    if (isFailing && !(failing.isDue && (await this.tryAcquireProbe(config.id)))) {
      throw new MailError(failing.code in MAIL_ERRORS ? (failing.code as MailErrorCode) : 'CONNECTION', failing.error, { remedy: '' });
    }
    try {
      const result = await work();
      if (failing) await this.reset(config.id);
      return result;
    } catch (error) {
      if (error instanceof MailError && isServerFailure(error)) await this.trip(config, error);
      throw error;
    }
  }

  /** Marks a configuration as failing. */
  async trip(config: Pick<StoredConfig, 'id' | 'version'>, error: MailError): Promise<void> {
    const failure = {
      configId: config.id,
      version: config.version,
      code: error.code,
      error: error.message.slice(0, 1_000),
      probeInMs: this.reconnectEveryMs,
    };
    await this.database.write(() => markFailing(this.database.schema, failure));
  }

  /** Marks a configuration as working. */
  async reset(configId: string): Promise<void> {
    await this.database.write(() => [markWorking(this.database.schema, configId)]);
  }

  /** Acquires the next probe of a failing configuration. Resolves to false when it is not due or another process has it. */
  async tryAcquireProbe(configId: string): Promise<boolean> {
    return this.database.tryWrite([takeProbe(this.database.schema, configId, this.reconnectEveryMs)]);
  }

  /** Returns the statement that makes the next probe due at once; it changes nothing for a configuration that works by now. */
  probeNow(configId: string): WriteStep {
    return makeProbeDue(this.database.schema, configId);
  }
}

function stateOf(row: FailingRow): FailingState {
  return {
    configId: row.configId,
    version: Number(row.failingVersion),
    since: Number(row.failingSince),
    code: row.failingCode,
    error: row.failingError,
    nextProbeAt: Number(row.nextProbeAt),
    isDue: Number(row.nextProbeAt) <= Number(row.now_ms),
  };
}
