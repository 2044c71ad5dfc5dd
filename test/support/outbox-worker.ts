import type { DataSourceOptions } from 'typeorm';
import type { DeliveryOptions } from '../../lib/index.js';
import { startProcess, type TestProcess } from './processes/start-process.js';

/** What a worker process is told. */
export interface WorkerSetup {
  database: DataSourceOptions;
  delivery?: DeliveryOptions;
  /** How wrong its clock is, from its first line on. */
  clockOffsetMs?: number;
  /** Whether it writes Nest's errors to its error output. @default false */
  logs?: boolean;
}

export type WorkerRequest =
  /** Inserts a row of the host's and a message in one transaction, and never commits. */
  | { do: 'insertWithoutCommit'; subject: string }
  | { do: 'send'; subject: string }
  /** Answers when it has stopped after a SIGTERM: how many {@link TICK_MS} of its own event loop that took. */
  | { do: 'tellStop' };

/** Ticks of an event loop measure time without what a machine that is busy elsewhere takes. */
export const TICK_MS = 10;

/** An application that delivers, in a process of its own, as a deployment runs it. SIGTERM closes it. */
export function startWorker({ database, ...setup }: WorkerSetup): Promise<TestProcess> {
  const { entities: _entities, migrations: _migrations, ...plain } = database;
  const preload = setup.clockOffsetMs === undefined ? [] : [new URL('./processes/wrong-clock.js', import.meta.url)];
  return startProcess(new URL('./outbox-worker.process.ts', import.meta.url), { ...setup, database: plain }, preload);
}
