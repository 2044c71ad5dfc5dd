import type { DataSourceOptions } from 'typeorm';
import type { DeliveryOptions } from '../../lib/index.js';
import { startProcess, type TestProcess } from './processes/start-process.js';

/** What a worker process is told. */
export interface WorkerSetup {
  database: DataSourceOptions;
  delivery?: DeliveryOptions;
  /** How wrong its clock is. */
  clockOffsetMs?: number;
}

export type WorkerRequest =
  /** Inserts a row of the host's and a message in one transaction, and never commits. */
  { do: 'insertWithoutCommit'; subject: string } | { do: 'send'; subject: string };

/** An application that delivers, in a process of its own, as a deployment runs it. SIGTERM closes it. */
export function startWorker({ database, ...setup }: WorkerSetup): Promise<TestProcess> {
  const { entities: _entities, migrations: _migrations, ...plain } = database;
  return startProcess(new URL('./outbox-worker.process.ts', import.meta.url), { ...setup, database: plain });
}
