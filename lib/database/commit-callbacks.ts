import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

/** Runs callbacks when transactions of the application are committed. */
export class CommitCallbacks {
  #subscriber: EntitySubscriberInterface | undefined;
  readonly #callbacks = new WeakMap<object, (() => void)[]>();

  constructor(private readonly findDataSource: () => DataSource) {}

  /** Calls back once the manager's outermost transaction is committed; immediately if it is not in one. */
  add(manager: EntityManager | undefined, callback: () => void): void {
    const runner = manager?.queryRunner;
    if (!runner?.isTransactionActive) return callback();
    this.#subscribe();
    const callbacks = this.#callbacks.get(runner) ?? [];
    callbacks.push(callback);
    this.#callbacks.set(runner, callbacks);
  }

  #subscribe(): void {
    if (this.#subscriber) return;
    this.#subscriber = {
      afterTransactionCommit: ({ queryRunner }) => this.#take(queryRunner).forEach((callback) => callback()),
      afterTransactionRollback: ({ queryRunner }) => void this.#take(queryRunner),
    };
    this.findDataSource().subscribers.push(this.#subscriber);
  }

  #take(runner: QueryRunner): (() => void)[] {
    // TypeORM also reports savepoints, while the transaction is still running.
    if (runner.isTransactionActive) return [];
    const callbacks = this.#callbacks.get(runner) ?? [];
    this.#callbacks.delete(runner);
    return callbacks;
  }
}
