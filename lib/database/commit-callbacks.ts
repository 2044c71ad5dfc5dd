import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

/** Calls back when transactions of the host are committed. */
export class CommitCallbacks {
  #subscriber: EntitySubscriberInterface | undefined;
  readonly #callbacks = new WeakMap<object, (() => void)[]>();

  constructor(private readonly findHost: () => DataSource) {}

  /** Calls back once the whole transaction of a manager is committed; at once when the manager is in none. */
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
    this.findHost().subscribers.push(this.#subscriber);
  }

  #take(runner: QueryRunner): (() => void)[] {
    // TypeORM also reports savepoints, within a transaction that goes on.
    if (runner.isTransactionActive) return [];
    const callbacks = this.#callbacks.get(runner) ?? [];
    this.#callbacks.delete(runner);
    return callbacks;
  }
}
