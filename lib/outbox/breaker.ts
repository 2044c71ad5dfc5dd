import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpConfigStatus } from '../config/smtp-config.entity.js';
import type { EntityManager } from 'typeorm';
import type { SmtpDatabase, WriteStep } from '../database/database.js';
import { placeholders } from '../database/sql.js';
import { MAIL_ERRORS, MailError, type MailErrorCode } from '../shared/mail-error.js';

/** A configuration through which nothing is sent for now, and why. */
export interface FailingState {
  configId: string;
  version: number;
  since: number;
  code: string;
  error: string;
  nextProbeAt: number;
  /** True when the next try is due. */
  isDue: boolean;
}

/** Whether a failure is about the server, the login or the configuration and not about a message. One that is only to wait works. */
export function isServerFailure(error: MailError): boolean {
  return (error.fault === 'server' || error.fault === 'config') && error.code !== 'AMBIGUOUS' && error.code !== 'THROTTLED';
}

const LOST = new MailError('STALE', 'Another process was first.');

/**
 * Trips for configurations whose server does not work, for all processes at once: the state is a row. While failing, one
 * message is tried every `reconnectEveryMs`, by the one process whose conditional UPDATE wins.
 */
export class Breaker {
  constructor(
    private readonly database: SmtpDatabase,
    private readonly reconnectEveryMs: number,
  ) {}

  async failing(): Promise<Map<string, FailingState>> {
    const rows = await this.database.query<Record<string, string | number>>(
      'SELECT config_id, failing_version, failing_since, failing_code, failing_error, next_probe_at, {now} AS now_ms FROM smtp_config_status WHERE failing_since IS NOT NULL',
    );
    return new Map(
      rows.map((row) => [
        String(row.config_id),
        {
          configId: String(row.config_id),
          version: Number(row.failing_version),
          since: Number(row.failing_since),
          code: String(row.failing_code),
          error: String(row.failing_error),
          nextProbeAt: Number(row.next_probe_at),
          isDue: Number(row.next_probe_at) <= Number(row.now_ms),
        },
      ]),
    );
  }

  /** Lets one try through; while failing only the one that is due, and the rest fail at once with what failing it. */
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

  async trip(config: Pick<StoredConfig, 'id' | 'version'>, error: MailError): Promise<void> {
    const { now } = this.database.dialect;
    const failure = {
      failingVersion: config.version,
      failingCode: error.code,
      failingError: error.message.slice(0, 1_000),
      nextProbeAt: () => `${now} + ${this.reconnectEveryMs}`,
    };
    await this.database.write((em) => [
      // A row for the first failure; the time since when stays that of the first.
      { statement: em.createQueryBuilder().insert().into(SmtpConfigStatus).values({ configId: config.id }).orIgnore() },
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpConfigStatus)
          .set({ ...failure, failingSince: () => `COALESCE(failing_since, ${now})` })
          .where('configId = :id', { id: config.id }),
      },
    ]);
  }

  /** Wins the next try of a failing configuration, or not. */
  async tryAcquireProbe(configId: string): Promise<boolean> {
    const { now } = this.database.dialect;
    return this.won((em) => [
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpConfigStatus)
          .set({ nextProbeAt: () => `${now} + ${this.reconnectEveryMs}` })
          .where(`configId = :configId AND nextProbeAt <= ${now}`, { configId }),
        orElse: () => LOST,
      },
    ]);
  }

  /** Holds the right to send alone through a configuration, in whatever process; false while another one has it. */
  async acquireSerialLock(configId: string, token: string, leaseMs: number): Promise<boolean> {
    const { now } = this.database.dialect;
    return this.won((em) => [
      { statement: em.createQueryBuilder().insert().into(SmtpConfigStatus).values({ configId }).orIgnore() },
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpConfigStatus)
          .set({ serialLockToken: token, serialLockExpiresAt: () => `${now} + ${leaseMs}` })
          .where(`configId = :configId AND (serialLockToken = :token OR serialLockExpiresAt IS NULL OR serialLockExpiresAt < ${now})`, {
            configId,
            token,
          }),
        orElse: () => LOST,
      },
    ]);
  }

  /** Keeps it while something sent that way is in hand. */
  async renewSerialLock(configIds: readonly string[], token: string, leaseMs: number): Promise<void> {
    if (configIds.length === 0) return;
    await this.database.query(
      `UPDATE smtp_config_status SET serial_lock_expires_at = {now} + ? WHERE serial_lock_token = ? AND config_id IN (${placeholders(configIds)})`,
      [leaseMs, token, ...configIds],
    );
  }

  async releaseSerialLock(token: string): Promise<void> {
    await this.database.query(
      'UPDATE smtp_config_status SET serial_lock_token = NULL, serial_lock_expires_at = NULL WHERE serial_lock_token = ?',
      [token],
    );
  }

  /** True when the last step found its row. */
  private async won(build: (em: EntityManager) => WriteStep[]): Promise<boolean> {
    try {
      await this.database.write(build);
      return true;
    } catch (error) {
      if (error === LOST) return false;
      throw error;
    }
  }

  async reset(configId: string): Promise<void> {
    await this.database.write((em) => [
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpConfigStatus)
          .set({ failingSince: null, failingVersion: null, failingCode: null, failingError: null, nextProbeAt: null })
          .where('configId = :configId', { configId }),
      },
    ]);
  }

  /** The statement that lets the next try happen at once; none for a configuration that is not failing any more. */
  dueNow(em: EntityManager, configId: string): WriteStep {
    const { now } = this.database.dialect;
    return {
      statement: em
        .createQueryBuilder()
        .update(SmtpConfigStatus)
        .set({ nextProbeAt: () => now })
        .where('configId = :configId AND failingSince IS NOT NULL', { configId }),
    };
  }
}
