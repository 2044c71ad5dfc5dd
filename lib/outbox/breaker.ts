import type { StoredPace } from '../config/pace.sql.js';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import type { SmtpDatabase, WriteStep } from '../database/database.js';
import { fieldToCorrect } from '../config/config-health.sql.js';
import { storedFailure } from '../config/stored-failure.js';
import { instant, jsonObject } from '../database/columns.js';
import { MAIL_ERRORS, MailError, type MailErrorCode, type ReasonValues, type StoredFailure } from '../shared/mail-error.js';
import { type StateRow, configStates, makeProbeDue, markFailing, markWorking, acquireProbe } from './sql/breaker.js';

/** The state of a failing configuration, through which only probes are sent. */
export interface FailingState extends StoredFailure {
  configId: string;
  version: number;
  since: number;
  code: string;
  /** The field of the configuration to correct; null if none is wrong. */
  field: string | null;
  nextProbeAt: number;
  /** True if the next probe is due. */
  isDue: boolean;
}

/** True for failures of the server, the login or the configuration, not of a message. Throttling is not a failure. */
export function isServerFailure(error: MailError): boolean {
  return (error.fault === 'server' || error.fault === 'config') && error.code !== 'AMBIGUOUS' && error.code !== 'THROTTLED';
}

/**
 * The circuit breakers of configurations. Their state is a row, so they trip for all processes at the same time. While a breaker is
 * open, one message is tried every `reconnectEveryMs`, by the process whose conditional UPDATE succeeds.
 */
export class Breaker {
  constructor(
    private readonly database: SmtpDatabase,
    private readonly reconnectEveryMs: number,
  ) {}

  /** Returns the state of each failing configuration by its id. */
  async failing(): Promise<Map<string, FailingState>> {
    return (await this.states()).failing;
  }

  /** Returns the state of each failing configuration by its id, and the rows of those whose server limits the rate. */
  async states(): Promise<{ failing: Map<string, FailingState>; rows: readonly StoredPace[] }> {
    const rows = await this.database.query<StateRow>(configStates(this.database.schema));
    const failing = rows.filter(({ failingSince }) => failingSince !== null);
    return { failing: new Map(failing.map((row) => [row.configId, stateOf(row)])), rows };
  }

  /**
   * Runs work that sends. While the configuration is failing, runs it only as a probe that is due, and otherwise throws the known
   * error.
   */
  async guard<T>(config: SmtpConfig, work: () => Promise<T>): Promise<T> {
    const failing = (await this.failing()).get(config.id);
    const isFailing = failing !== undefined && failing.version === config.version;
    if (isFailing && !(failing.isDue && (await this.tryAcquireProbe(config.id)))) {
      throw new MailError(failing.code in MAIL_ERRORS ? (failing.code as MailErrorCode) : 'CONNECTION', failing.error, {
        remedy: '',
        reason: failing.reason ?? undefined,
        values: failing.values,
      });
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
  async trip(config: Pick<SmtpConfig, 'id' | 'version'>, error: MailError): Promise<void> {
    const failure = {
      configId: config.id,
      version: config.version,
      code: error.code,
      ...storedFailure(error),
      probeInMs: this.reconnectEveryMs,
    };
    await this.database.write(() => markFailing(this.database.schema, failure));
  }

  /** Marks a configuration as working. */
  async reset(configId: string): Promise<void> {
    await this.database.write(() => markWorking(this.database.schema, configId));
  }

  /** Acquires the next probe of a failing configuration. Returns false if it is not due or another process has acquired it. */
  async tryAcquireProbe(configId: string): Promise<boolean> {
    return this.database.tryWrite([acquireProbe(this.database.schema, configId, this.reconnectEveryMs)]);
  }

  /** Returns the statement that makes the next probe due immediately. It changes nothing for a working configuration. */
  probeNow(configId: string): WriteStep {
    return makeProbeDue(this.database.schema, configId);
  }
}

function stateOf(row: StateRow): FailingState {
  const values = jsonObject.from(row.failingValues) as ReasonValues;
  return {
    configId: row.configId,
    version: Number(row.failingVersion),
    since: Number(row.failingSince),
    code: row.failingCode,
    error: row.failingError,
    reason: row.failingReason,
    values,
    field: fieldToCorrect(row.failingReason, values, instant.from(row.lastSentAt) as Date | null),
    nextProbeAt: Number(row.nextProbeAt),
    isDue: Number(row.nextProbeAt) <= Number(row.now_ms),
  };
}
