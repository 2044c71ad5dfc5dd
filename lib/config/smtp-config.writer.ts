import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { keyIdOf } from '../secret/key-ring.js';
import type { Caller } from '../options/access.js';
import { SmtpDatabase } from '../database/database.js';
import { hydrate } from '../database/rows.js';
import { MailError } from '../shared/mail-error.js';
import { type ConfigState, changesBetween } from './config-changes.js';
import { isSameDestination } from './destination.js';
import { SmtpConfig } from './smtp-config.entity.js';
import { SmtpConfigTest } from './smtp-config-test.entity.js';
import { activitiesWithChoice } from './smtp-config.reads.sql.js';
import { adoptDrafts, forgetEvidence, recentDrafts } from './smtp-config.tests.sql.js';
import {
  type Named,
  chooseConfig,
  clearChoices,
  clearDefault,
  deleteConfig,
  holdChoice,
  holdConfig,
  holdDefault,
  insertConfig,
  insertPointer,
  notFound,
  pointerTarget,
  replaceCipher,
  setDefault,
  updateConfig,
} from './smtp-config.writes.sql.js';
import type { SecretColumn } from '../shared/config-fields.js';

/** The caller of a write, its entry in the change history, and its transaction. */
export interface WriteRequest extends Pick<AuditEvent, 'by' | 'action' | 'details'> {
  manager?: EntityManager;
}

/**
 * Writes configurations, the default, the status and the choices of activities. Each write is atomic and includes its entry in the
 * change history.
 */
@Injectable()
export class SmtpConfigWriter {
  constructor(
    private readonly database: SmtpDatabase,
    private readonly trail: AuditTrail,
  ) {}

  /** Stores the row that points to the default if it is missing: `synchronize` creates tables without rows. */
  async prepare(): Promise<void> {
    const { schema } = this.database;
    if ((await this.database.query(holdDefault(schema))).length === 0) await this.database.writeAll([insertPointer(schema)]);
  }

  /** Stores a configuration. Recent tests of a form with this fingerprint become its tests. */
  async insert(
    { row, isDefault, fingerprint }: { row: SmtpConfig; isDefault: boolean; fingerprint: string | null },
    { manager, ...request }: WriteRequest,
  ): Promise<void> {
    const { schema } = this.database;
    const drafts = await this.draftsOf(fingerprint, manager);
    await this.trail.write(
      ([defaults]) => ({
        steps: [insertConfig(schema, row), ...(isDefault ? [setDefault(schema, row.id)] : []), ...adoptDrafts(schema, row, drafts)],
        events: [changeOf(request, null, { row, isDefault }, pointerTarget(defaults))],
      }),
      { manager, hold: isDefault ? [holdDefault(schema)] : [] },
    );
  }

  /**
   * Updates a row if its version is unchanged. If its connection changed, older tests and mail no longer count, and recent tests of a
   * form with this fingerprint become its tests. @throws MailError `STALE`
   */
  async update(
    { stored, row, fingerprint, setsDefault }: { stored: SmtpConfig; row: SmtpConfig; fingerprint: string | null; setsDefault?: boolean },
    { manager, ...request }: WriteRequest,
  ): Promise<void> {
    const { schema } = this.database;
    const { id, ...values } = row;
    const isOtherConnection = row.connectionVersion === row.version;
    const drafts = isOtherConnection ? await this.draftsOf(fingerprint, manager) : [];
    await this.trail.write(
      ([defaults]) => {
        const standing = pointerTarget(defaults);
        const before = { row: stored, isDefault: standing?.id === id };
        return {
          steps: [
            updateConfig(schema, stored, values),
            // Without `setsDefault`, the pointer keeps the value that another write may have given it.
            ...(setsDefault === undefined ? [] : [setsDefault ? setDefault(schema, id) : clearDefault(schema, id)]),
            ...(isOtherConnection
              ? [
                  ...forgetEvidence(schema, { ...row, connectionVersion: stored.connectionVersion }, isSameDestination(stored, row)),
                  ...adoptDrafts(schema, row, drafts),
                ]
              : []),
          ],
          events: [changeOf(request, before, { row, isDefault: setsDefault ?? before.isDefault }, standing)],
        };
      },
      { manager, hold: setsDefault === undefined ? [] : [holdDefault(schema)] },
    );
  }

  async remove(id: string, { manager, ...request }: WriteRequest): Promise<void> {
    const { schema } = this.database;
    if (!isUUID(id)) throw notFound();
    await this.trail.write(
      ([defaults, configs]) => {
        const row = configs?.[0];
        if (!row) throw notFound();
        const before = { row: hydrate(schema, SmtpConfig, row), isDefault: pointerTarget(defaults)?.id === id };
        return {
          steps: [...deleteConfig(schema, id), clearDefault(schema, id)],
          events: [changeOf(request, before, null)],
        };
      },
      { manager, hold: [holdDefault(schema), holdConfig(schema, id)] },
    );
  }

  /** Makes a configuration the default. If calls race, the last one wins. @throws MailError `NOT_FOUND` */
  async setDefault(config: SmtpConfig, { manager, ...request }: WriteRequest): Promise<void> {
    const { schema } = this.database;
    await this.trail.write(
      ([defaults]) => {
        const standing = pointerTarget(defaults);
        const before = { row: config, isDefault: standing?.id === config.id };
        return {
          steps: [setDefault(schema, config.id)],
          events: [changeOf(request, before, { row: config, isDefault: true }, standing)],
        };
      },
      { manager, hold: [holdDefault(schema)] },
    );
  }

  /** Renames a row, makes it the default, and clears the choices of activities. @throws MailError `STALE` */
  async adopt(row: SmtpConfig | undefined, name: string): Promise<void> {
    const { schema } = this.database;
    await this.trail.write(
      ([defaults, choices = []]) => {
        const activities = choices.map(({ key }) => String(key));
        const standing = pointerTarget(defaults);
        const before = row ? { row, isDefault: standing?.id === row.id } : null;
        const after = row ? { row: { ...row, name, version: row.version + 1 }, isDefault: true } : null;
        const event = changeOf({ by: {}, action: 'adopt' }, before, after, standing);
        if (activities.length > 0) event.changes = { ...event.changes, activities: { before: activities, after: null } };
        return {
          steps: [
            ...(row && row.name !== name
              ? [updateConfig(schema, row, { name, nameKey: name.toLowerCase(), version: row.version + 1 })]
              : []),
            ...(row ? [setDefault(schema, row.id)] : []),
            clearChoices(schema),
          ],
          events: [event],
        };
      },
      { hold: [holdDefault(schema), activitiesWithChoice(schema)] },
    );
  }

  /** Replaces a cipher; returns false if it was changed in the meantime. */
  async replaceCipher(row: SmtpConfig, column: SecretColumn, cipher: string, by: Caller): Promise<boolean> {
    const { schema } = this.database;
    const field = `${column}Cipher` as const;
    const { id, name, [field]: before } = row;
    try {
      await this.trail.write(() => ({
        steps: [replaceCipher(schema, id, field, { before, after: cipher })],
        events: [
          {
            by,
            action: 'reencrypt',
            record: { type: 'config', id, name },
            details: { secret: column, keyBefore: keyIdOf(before!), keyAfter: keyIdOf(cipher) },
          },
        ],
      }));
      return true;
    } catch (error) {
      if (isStale(error)) return false;
      throw error;
    }
  }

  /** Returns the recent tests of a form with this fingerprint. */
  private async draftsOf(fingerprint: string | null, manager?: EntityManager): Promise<SmtpConfigTest[]> {
    if (fingerprint === null) return [];
    const { schema } = this.database;
    const rows = await this.database.query<Record<string, unknown>>(recentDrafts(schema, fingerprint), manager);
    return rows.map((row) => hydrate(schema, SmtpConfigTest, row));
  }

  /** Assigns a configuration to an activity; null for the default. */
  async saveActivity({ key, label }: { key: string; label: string }, config: Named | null, by: Caller): Promise<void> {
    const { schema } = this.database;
    await this.trail.write(
      ([, rows]) => {
        const before = pointerTarget(rows);
        const configId = config?.id ?? null;
        if (configId === (before?.id ?? null)) return { steps: [], events: [] };
        const changes = {
          config: { before: before?.name ?? null, after: config?.name ?? null },
          configId: { before: before?.id ?? null, after: configId },
        };
        return {
          steps: [chooseConfig(schema, key, configId)],
          events: [{ by, action: 'assign', record: { type: 'activity', id: key, name: label }, changes }],
        };
      },
      { hold: holdChoice(schema, key) },
    );
  }
}

/** Returns the entry of a change, with the previous default if it was replaced. */
function changeOf(request: Omit<WriteRequest, 'manager'>, before: ConfigState, after: ConfigState, standing?: Named | null): AuditEvent {
  const row = (after ?? before)?.row;
  const isReplaced = after?.isDefault === true && before?.isDefault !== true && standing;
  return {
    ...request,
    record: row && { type: 'config', id: row.id, name: row.name },
    changes: changesBetween(before, after),
    details: { ...request.details, ...(isReplaced && { previousDefault: standing.name ?? standing.id }) },
  };
}

function isStale(error: unknown): boolean {
  return error instanceof MailError && error.code === 'STALE';
}
