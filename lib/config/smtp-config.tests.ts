import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { SmtpDatabase } from '../database/database.js';
import { hydrate } from '../database/rows.js';
import type { SqlStep } from '../database/sql.js';
import type { ConfigTest } from '../shared/connection-test.js';
import type { StoredFailure } from '../shared/mail-error.js';
import { SmtpConfigTest } from './smtp-config-test.entity.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { type StoredResult, failureOf, insertTest, saveTest, testsOf, trimDrafts, trimTests } from './smtp-config.tests.sql.js';
import { holdConfig } from './smtp-config.writes.sql.js';

/** A finished test. */
export type FinishedTest = Omit<SmtpConfigTest, 'at' | 'configId' | 'fingerprint'>;

type Tested = Pick<SmtpConfig, 'id' | 'version'>;

/** Stores the tests of configurations and of unsaved values, each together with its entry in the change history. */
@Injectable()
export class SmtpConfigTests {
  constructor(
    private readonly database: SmtpDatabase,
    private readonly trail: AuditTrail,
  ) {}

  /** Returns the last tests of a configuration, the latest first. */
  async of(configId: string, manager?: EntityManager): Promise<ConfigTest[]> {
    const { schema } = this.database;
    const rows = await this.database.query<Record<string, unknown>>(testsOf(schema, configId), manager);
    return rows.map((row) => {
      const { id, at, ok, checkOnly, ms, recipients, steps, error, person } = hydrate(schema, SmtpConfigTest, row);
      return { id, at, ok, checkOnly, ms, recipients, steps, error, person };
    });
  }

  /** Stores a test of a configuration. It decides about the health unless the connection was changed in the meantime. */
  async recordStored(config: Tested, test: FinishedTest, event: AuditEvent, manager?: EntityManager): Promise<void> {
    const { schema } = this.database;
    const row = { ...test, configId: config.id, fingerprint: null };
    await this.whileStored(
      config,
      [insertTest(schema, row), trimTests(schema, config.id)],
      { ...test, failure: failureOf(test) },
      { event, manager },
    );
  }

  /** Stores a test of unsaved values, which counts if they are saved soon. */
  async recordDraft(fingerprint: string | null, test: FinishedTest, event: AuditEvent, manager?: EntityManager): Promise<void> {
    const { schema } = this.database;
    const steps = [insertTest(schema, { ...test, configId: null, fingerprint }), ...trimDrafts(schema)];
    await this.trail.write(() => ({ steps, events: [event] }), { manager });
  }

  /** Marks a configuration as failed for a reason that was found without a test. */
  async markFailed(config: Tested, failure: StoredFailure): Promise<void> {
    await this.whileStored(config, [], { failure, ms: null });
  }

  private async whileStored(
    { id, version }: Tested,
    steps: readonly SqlStep[],
    result: StoredResult,
    { event, manager }: { event?: AuditEvent; manager?: EntityManager } = {},
  ): Promise<void> {
    const { schema } = this.database;
    await this.trail.write(
      ([configs]) => {
        const events = event ? [event] : [];
        const row = configs?.[0];
        // Deleted in the meantime.
        if (!row) return { steps: [], events };
        const isCurrent = Number(row.connectionVersion) <= version;
        return { steps: [...steps, ...(isCurrent ? [saveTest(schema, { id, version }, result)] : [])], events };
      },
      { manager, hold: [holdConfig(schema, id)] },
    );
  }
}
