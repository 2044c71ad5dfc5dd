import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpConfigStatus } from '../config/smtp-config.entity.js';
import type { EntityManager } from 'typeorm';
import type { SmtpDatabase, WriteStep } from '../smtp.database.js';
import { marks } from '../smtp.sql.js';
import { MAIL_ERRORS, MailError, type MailErrorCode } from '../smtp.errors.js';

/** A configuration through which nothing is sent for now, and why. */
export interface Parked {
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
 * Parks configurations whose server does not work, for all processes at once: the state is a row. While parked, one
 * message is tried every `reconnectEveryMs`, by the one process whose conditional UPDATE wins.
 */
export class Breaker {
  constructor(
    private readonly database: SmtpDatabase,
    private readonly reconnectEveryMs: number,
  ) {}

  async parked(): Promise<Map<string, Parked>> {
    const rows = await this.database.query<Record<string, string | number>>(
      'SELECT config_id, parked_version, parked_since, parked_code, parked_error, next_probe_at, {now} AS now_ms FROM smtp_config_status WHERE parked_since IS NOT NULL',
    );
    return new Map(
      rows.map((row) => [
        String(row.config_id),
        {
          configId: String(row.config_id),
          version: Number(row.parked_version),
          since: Number(row.parked_since),
          code: String(row.parked_code),
          error: String(row.parked_error),
          nextProbeAt: Number(row.next_probe_at),
          isDue: Number(row.next_probe_at) <= Number(row.now_ms),
        },
      ]),
    );
  }

  /** Lets one try through; while parked only the one that is due, and the rest fail at once with what parked it. */
  async guard<T>(config: StoredConfig, work: () => Promise<T>): Promise<T> {
    const parked = (await this.parked()).get(config.id);
    const isParked = parked !== undefined && parked.version === config.version;
    if (isParked && !(parked.isDue && (await this.winProbe(config.id)))) {
      throw new MailError(parked.code in MAIL_ERRORS ? (parked.code as MailErrorCode) : 'CONNECTION', parked.error, { remedy: '' });
    }
    try {
      const result = await work();
      if (parked) await this.unpark(config.id);
      return result;
    } catch (error) {
      if (error instanceof MailError && isServerFailure(error)) await this.park(config, error);
      throw error;
    }
  }

  async park(config: Pick<StoredConfig, 'id' | 'version'>, error: MailError): Promise<void> {
    const { now } = this.database.dialect;
    const parking = {
      parkedVersion: config.version,
      parkedCode: error.code,
      parkedError: error.message.slice(0, 1_000),
      nextProbeAt: () => `${now} + ${this.reconnectEveryMs}`,
    };
    await this.database.write((em) => [
      // A row for the first failure; the time since when stays that of the first.
      { statement: em.createQueryBuilder().insert().into(SmtpConfigStatus).values({ configId: config.id }).orIgnore() },
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpConfigStatus)
          .set({ ...parking, parkedSince: () => `COALESCE(parked_since, ${now})` })
          .where('configId = :id', { id: config.id }),
      },
    ]);
  }

  /** Wins the next try of a parked configuration, or not. */
  async winProbe(configId: string): Promise<boolean> {
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
  async holdAlone(configId: string, token: string, leaseMs: number): Promise<boolean> {
    const { now } = this.database.dialect;
    return this.won((em) => [
      { statement: em.createQueryBuilder().insert().into(SmtpConfigStatus).values({ configId }).orIgnore() },
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpConfigStatus)
          .set({ serialToken: token, serialUntil: () => `${now} + ${leaseMs}` })
          .where(`configId = :configId AND (serialToken = :token OR serialUntil IS NULL OR serialUntil < ${now})`, { configId, token }),
        orElse: () => LOST,
      },
    ]);
  }

  /** Keeps it while something sent that way is in hand. */
  async keepAlone(configIds: readonly string[], token: string, leaseMs: number): Promise<void> {
    if (configIds.length === 0) return;
    await this.database.query(
      `UPDATE smtp_config_status SET serial_until = {now} + ? WHERE serial_token = ? AND config_id IN (${marks(configIds)})`,
      [leaseMs, token, ...configIds],
    );
  }

  async giveUpAlone(token: string): Promise<void> {
    await this.database.query('UPDATE smtp_config_status SET serial_token = NULL, serial_until = NULL WHERE serial_token = ?', [token]);
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

  async unpark(configId: string): Promise<void> {
    await this.database.write((em) => [
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpConfigStatus)
          .set({ parkedSince: null, parkedVersion: null, parkedCode: null, parkedError: null, nextProbeAt: null })
          .where('configId = :configId', { configId }),
      },
    ]);
  }

  /** The statement that lets the next try happen at once; none for a configuration that is not parked any more. */
  dueNow(em: EntityManager, configId: string): WriteStep {
    const { now } = this.database.dialect;
    return {
      statement: em
        .createQueryBuilder()
        .update(SmtpConfigStatus)
        .set({ nextProbeAt: () => now })
        .where('configId = :configId AND parkedSince IS NOT NULL', { configId }),
    };
  }
}
