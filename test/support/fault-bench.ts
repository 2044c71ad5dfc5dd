import {
  type DeliveryOptions,
  type MailMessage,
  type QueuedMail,
  type SmtpConfigInput,
  SmtpMessage,
  SmtpMessageBody,
  type SmtpModuleOptions,
} from '../../lib/index.js';
import { uuid7 } from '../../lib/database/uuid7.js';
import './long-tests.js';
import { type CountingSink, startSink, type SunkMail } from './counting-sink.js';
import type { DatabaseKind } from './databases.js';
import { startWorker, type WorkerSetup } from './outbox-worker.js';
import type { TestProcess } from './processes/start-process.js';
import { type SmtpApp, startOn, startSmtpApp } from './smtp-app.js';

/** Milliseconds in place of minutes. Leases are longer than the pauses of a loaded machine; tests that wait for one set their own. */
export const QUICK: DeliveryOptions = {
  leaseMs: 20_000,
  pollEveryMs: 50,
  reconnectEveryMs: 150,
  graceMs: 5_000,
  retry: { delaysMs: [200], jitter: 0, giveUpAfterMs: 60_000 },
};

/** The most rows that every database takes in one statement. */
const ROWS_AT_ONCE = 500;

/** A summary of the mail at the sink. */
export interface Tally {
  /** Subjects, ordered by their first copies. */
  subjects: string[];
  /** Copies beyond the first. */
  duplicates: string[];
  /** Subjects of copies with different Message-IDs. */
  renamed: string[];
}

function tally(mails: readonly SunkMail[]): Tally {
  const ids = new Map<string, Set<string>>();
  const duplicates: string[] = [];
  for (const { subject, messageId } of mails) {
    if (ids.has(subject)) duplicates.push(subject);
    ids.set(subject, (ids.get(subject) ?? new Set()).add(messageId));
  }
  const renamed = [...ids].filter(([, copies]) => copies.size > 1).map(([subject]) => subject);
  return { subjects: [...ids.keys()], duplicates, renamed };
}

/** An application that only queues, a sink, and the processes that deliver from one to the other. */
export class FaultBench {
  readonly #workers: TestProcess[] = [];
  readonly #apps: SmtpApp[] = [];

  private constructor(
    readonly kind: DatabaseKind,
    readonly host: Awaited<ReturnType<typeof startOn>>,
    readonly sink: CountingSink,
  ) {}

  static async open(kind: DatabaseKind, options: SmtpModuleOptions = {}): Promise<FaultBench> {
    const host = await startOn(kind, { allowPlaintextAuth: true, allowAnonymousTls: true, ...options, delivery: { run: false } });
    await host.dataSource.query('CREATE TABLE host_order (name varchar(100))');
    return new FaultBench(kind, host, await startSink());
  }

  /** Creates the default configuration, which sends to the sink. */
  configure(overrides: SmtpConfigInput = {}) {
    return this.host.configs.create({
      name: 'main',
      host: '127.0.0.1',
      port: this.sink.port,
      security: 'none',
      authRequired: false,
      fromAddress: 'main@acme.io',
      isDefault: true,
      ...overrides,
    });
  }

  /** Queues messages with the subjects n-0, n-1, … and returns their ids. */
  async queue(count: number, overrides: Partial<MailMessage> = {}, name = 'n'): Promise<string[]> {
    const messages = Array.from({ length: count }, (_, index) => ({
      to: 'a@b.c',
      subject: `${name}-${index}`,
      text: 'Hello',
      ...overrides,
    }));
    const queued = await this.host.dataSource.transaction((manager) => this.host.mail.sendMany(messages, { manager }));
    return queued.map(idOf);
  }

  /** Queues one message and returns its id. */
  async send(overrides: Partial<MailMessage> = {}): Promise<string> {
    return idOf(await this.host.mail.send({ to: 'a@b.c', subject: 'one', text: 'Hello', ...overrides }));
  }

  /** Queues many messages quickly: one message, and copies of its rows with other ids and Message-IDs. */
  async queueCopies(count: number): Promise<void> {
    const original = await this.send();
    await this.host.dataSource.transaction(async (manager) => {
      const message = await manager.findOneByOrFail(SmtpMessage, { id: original });
      const body = await manager.findBy(SmtpMessageBody, { messageId: original });
      for (let done = 1; done < count; done += ROWS_AT_ONCE) {
        const ids = Array.from({ length: Math.min(ROWS_AT_ONCE, count - done) }, () => uuid7());
        await manager.insert(
          SmtpMessage,
          ids.map((id) => ({ ...message, id, messageId: `<${id}@acme.io>` })),
        );
        await manager.insert(
          SmtpMessageBody,
          ids.flatMap((id) => body.map((part) => ({ ...part, messageId: id }))),
        );
      }
    });
  }

  /** Starts delivering in a separate process. */
  async startWorker(delivery: DeliveryOptions = {}, setup: Partial<WorkerSetup> = {}): Promise<TestProcess> {
    const worker = await startWorker({ database: this.host.database, delivery: { ...QUICK, ...delivery }, ...setup });
    this.#workers.push(worker);
    return worker;
  }

  /** Starts delivering in this process. */
  async deliver(delivery: DeliveryOptions = {}): Promise<SmtpApp> {
    const app = await startSmtpApp(this.host.database, {
      allowPlaintextAuth: true,
      allowAnonymousTls: true,
      delivery: { ...QUICK, ...delivery },
    });
    this.#apps.push(app);
    return app;
  }

  /** Counts messages by status. */
  async countStatuses(): Promise<Record<string, number>> {
    const rows = await this.query<{ status: string; count: string | number }>(
      'SELECT status, COUNT(*) AS count FROM smtp_message GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  }

  /** Counts messages by status, with queued and sending ones as `waiting`, because a probe may be in flight at any moment. */
  async countOutcomes(): Promise<Record<string, number>> {
    const { queued = 0, sending = 0, ...ended } = await this.countStatuses();
    return { waiting: queued + sending, ...ended };
  }

  query<T>(sql: string): Promise<T[]> {
    return this.host.dataSource.query(sql);
  }

  findMessage(subject: string): Promise<Record<string, unknown>> {
    return this.query<Record<string, unknown>>(`SELECT * FROM smtp_message WHERE subject = '${subject}'`).then(([row]) => row!);
  }

  async tally(): Promise<Tally> {
    return tally((await this.sink.readState()).mails);
  }

  /** Stops everything that delivers, and empties the tables and the sink. */
  async reset(): Promise<void> {
    await this.stop();
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'host_order']) {
      await this.host.dataSource.query(`DELETE FROM ${table}`);
    }
    for (const { id } of await this.host.configs.find()) await this.host.configs.remove(id);
    await this.sink.clear();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.host.close();
    await this.sink.close();
  }

  private async stop(): Promise<void> {
    const workers = this.#workers.splice(0);
    for (const worker of workers) if (!worker.hasExited()) worker.kill('SIGKILL');
    await Promise.all(workers.map(({ exited }) => exited));
    // Without this, `close` would wait for sessions that the sink never answers, and data of a killed process might still be unread.
    await this.sink.refuse();
    await this.sink.listen();
    const apps = this.#apps.splice(0);
    await Promise.all(apps.map((app) => app.close()));
  }
}

function idOf(queued: QueuedMail): string {
  if (queued.status !== 'queued') throw new Error(`not queued: ${queued.reason}`);
  return queued.id;
}
