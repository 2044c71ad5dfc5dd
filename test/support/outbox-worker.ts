import type { DataSourceOptions } from 'typeorm';
import type { DeliveryOptions } from '../../lib/index.js';
import { startProcess, type TestProcess } from './processes/start-process.js';

/** The setup of a worker process. */
export interface WorkerSetup {
  database: DataSourceOptions;
  delivery?: DeliveryOptions;
  /** The error of its clock, from startup. */
  clockOffsetMs?: number;
  /** Writes Nest's errors to stderr. @default false */
  logs?: boolean;
}

export type WorkerRequest =
  /** Inserts a row of the application and a message in one transaction, and never commits. */
  | { do: 'insertWithoutCommit'; subject: string }
  | { do: 'send'; subject: string }
  /** Replies once it has stopped after a SIGTERM, with the {@link TICK_MS} of its own event loop that this took. */
  | { do: 'tellStop' };

/** Ticks of an event loop exclude the time that a busy machine spends elsewhere. */
export const TICK_MS = 10;

/** Starts an application that delivers in a separate process, as in production. SIGTERM closes it. */
export function startWorker({ database, ...setup }: WorkerSetup): Promise<TestProcess> {
  const { entities: _entities, migrations: _migrations, ...plain } = database;
  const preload = setup.clockOffsetMs === undefined ? [] : [new URL('./processes/wrong-clock.js', import.meta.url)];
  return startProcess(new URL('./outbox-worker.process.ts', import.meta.url), { ...setup, database: plain }, preload);
}
