import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { SmtpDatabase } from '../database/database.js';
import type { MailError } from '../shared/mail-error.js';
import { endTurns, paceOf, selectPace, storePace, takeTurn, type SharedPace, type StoredPace } from './pace.sql.js';
import { Pacing } from './pacing.js';
import { statusRow } from './smtp-config.tests.sql.js';
import type { SmtpConfig } from './smtp-config.entity.js';

type ConfigVersion = Pick<SmtpConfig, 'id' | 'version'>;

/**
 * The pace of each configuration, which all processes share in its row: one UPDATE for each refusal that begins a pause, and one for each
 * turn. A process reads the rows with those of the circuit breaker. One that dies holds up the others until its turn ends.
 */
export class SharedPacing {
  readonly #logger = new Logger('SmtpConfig');
  readonly #pacing: Pacing;
  /** Names this process. */
  readonly #token = randomUUID();

  /** @param maxPauseMs the longest pause */
  constructor(
    private readonly database: SmtpDatabase,
    maxPauseMs: number,
  ) {
    this.#pacing = new Pacing(maxPauseMs);
  }

  /** Returns the number of messages that this process may start now: `Infinity` while no limit is known. */
  capacity(config: ConfigVersion): number {
    return this.#pacing.capacity(config);
  }

  /** Returns the milliseconds until the next configuration that has to wait may send: `Infinity` if none has to. */
  waitMs(): number {
    return this.#pacing.waitMs();
  }

  /** True while another process is the only one to send through a configuration. */
  isLeftToOther(config: ConfigVersion): boolean {
    return this.#pacing.isLeftToOther(config);
  }

  /** Returns the connections that the server accepted from the process that sent last; undefined if it limits none. */
  connectionsOf(config: ConfigVersion): number | undefined {
    return this.#pacing.connectionsOf(config);
  }

  recordStart(config: ConfigVersion): void {
    this.#pacing.recordStart(config);
  }

  recordAccepted(config: ConfigVersion): void {
    this.#pacing.recordAccepted(config);
  }

  /**
   * Records that the server refused a message because of the rate, for all processes. Returns the error with the time to wait.
   * @param recipients the addresses of the envelope
   */
  async recordRefused(config: ConfigVersion, refusal: MailError, recipients: readonly string[]): Promise<MailError> {
    const { error, shared } = this.#pacing.recordRefused(config, refusal, recipients);
    // This process pauses even if the others do not learn of it.
    if (shared) await this.#store(config.id, shared).catch((failure: unknown) => this.#warn(failure));
    return error;
  }

  /** Adopts what other processes have learned. */
  adopt(rows: readonly StoredPace[]): void {
    for (const row of rows) this.#adopt(row, false);
  }

  /**
   * Takes the turn of a configuration if this process needs one to send.
   * @param connections those that the server accepted from this process, if it limits them
   */
  async takeTurn(config: ConfigVersion, connections?: number): Promise<void> {
    const turn = this.#pacing.neededTurn(config);
    if (!turn) return;
    const askedAt = performance.now();
    const { schema } = this.database;
    const take = takeTurn(schema, config.id, this.#token, turn, connections);
    // The row exists unless the database failed when the refusal was stored. On MariaDB, looking for it first leads to deadlocks.
    const isTaken = await this.database.tryWrite(this.#pacing.isShared(config) ? [take] : [statusRow(schema, config.id), take]);
    if (isTaken) this.#pacing.beginTurn(config, turn, askedAt);
    else this.#pacing.recordTaken(config, turn);
  }

  /** Leaves the turns of this process to others. */
  async endTurns(): Promise<void> {
    await this.database.query(endTurns(this.database.schema, this.#token));
  }

  async #store(configId: string, shared: SharedPace): Promise<void> {
    const { schema } = this.database;
    const isStored = await this.database.tryWrite(storePace(schema, configId, shared));
    const [row] = await this.database.query<StoredPace>(selectPace(schema, configId));
    if (row) this.#adopt(row, isStored);
  }

  #adopt(row: StoredPace, isOwn: boolean): void {
    const pace = paceOf(row, this.#token);
    if (pace) this.#pacing.adopt(pace, isOwn);
  }

  #warn(failure: unknown): void {
    this.#logger.error(`The limits of a server could not be stored: ${(failure as Error).message}`);
  }
}
