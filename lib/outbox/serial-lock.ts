import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SmtpDatabase } from '../database/database.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { releaseSerialLocks, renewSerialLocks, acquireSerialLock } from './sql/breaker.js';

/** The lock, under a lease, of the process that sends for a configuration which sends one message at a time across all processes. */
@Injectable()
export class SerialLock {
  /** Names this process. */
  readonly #token = randomUUID();
  readonly #leaseMs: number;

  constructor(
    @Inject(SMTP_OPTIONS) { delivery }: ResolvedSmtpOptions,
    private readonly database: SmtpDatabase,
  ) {
    this.#leaseMs = delivery.leaseMs;
  }

  /** Acquires the lock of a configuration or extends it. Returns false while another process has it. */
  async acquire(configId: string): Promise<boolean> {
    return this.database.tryWrite(acquireSerialLock(this.database.schema, configId, this.#token, this.#leaseMs));
  }

  /** Extends the locks of these configurations that this process has. */
  async renew(configIds: readonly string[]): Promise<void> {
    if (configIds.length > 0) await this.database.query(renewSerialLocks(this.database.schema, configIds, this.#token, this.#leaseMs));
  }

  /** Releases all locks of this process. */
  async release(): Promise<void> {
    await this.database.query(releaseSerialLocks(this.database.schema, this.#token));
  }
}
