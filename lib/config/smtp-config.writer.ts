import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import { keyIdOf } from '../secret/key-ring.js';
import type { Caller } from '../options/access.js';
import type { SmtpDatabase } from '../database/database.js';
import { MailError } from '../shared/mail-error.js';
import { type ConfigState, changesBetween } from './config-changes.js';
import type { SecretColumn } from './destination.js';
import { SmtpActivity, SmtpConfig, SmtpConfigStatus } from './smtp-config.entity.js';
import type { StoredConfig } from './smtp-config.queries.js';
import {
  HOLD_DEFAULT,
  type LastTest,
  type Named,
  forgetTest,
  holdConfig,
  notFound,
  point,
  pointedTo,
  saveTest,
  stale,
  unpoint,
  updateConfig,
} from './smtp-config.statements.js';

/** On whose behalf something is written, as what it is recorded, and in which transaction. */
export interface WriteRequest extends Pick<AuditEvent, 'by' | 'action' | 'details'> {
  manager?: EntityManager;
}

/** Writes configurations, their default, their status and the choices of activities; each all or nothing, with its entry in the change history. */
export class SmtpConfigWriter {
  constructor(
    private readonly database: SmtpDatabase,
    private readonly trail: AuditTrail,
  ) {}

  async insert(row: StoredConfig, isDefault: boolean, { manager, ...request }: WriteRequest): Promise<void> {
    await this.trail.write(
      (em, [defaults]) => ({
        steps: [{ statement: em.createQueryBuilder().insert().into(SmtpConfig).values(row) }, ...(isDefault ? [point(em, row.id)] : [])],
        events: [changeOf(request, null, { row, isDefault }, pointedTo(defaults))],
      }),
      { manager, hold: isDefault ? [HOLD_DEFAULT] : [] },
    );
  }

  /** Stores the row if the stored one still has its version, and forgets a test that says nothing about it any more. @throws MailError `STALE` */
  async update(
    { stored, row, isTestStale, setsDefault }: { stored: StoredConfig; row: StoredConfig; isTestStale: boolean; setsDefault?: boolean },
    { manager, ...request }: WriteRequest,
  ): Promise<void> {
    const { id, ...values } = row;
    await this.trail.write(
      (em, [defaults]) => {
        const standing = pointedTo(defaults);
        const before = { row: stored, isDefault: standing?.id === id };
        return {
          steps: [
            updateConfig(em, stored, values),
            // Left out, the pointer stays where others may have put it meanwhile.
            ...(setsDefault === undefined ? [] : [setsDefault ? point(em, id) : unpoint(em, id)]),
            ...(isTestStale ? [forgetTest(em, id)] : []),
          ],
          events: [changeOf(request, before, { row, isDefault: setsDefault ?? before.isDefault }, standing)],
        };
      },
      { manager, hold: setsDefault === undefined ? [] : [HOLD_DEFAULT] },
    );
  }

  async remove(id: string, { manager, ...request }: WriteRequest): Promise<void> {
    if (!isUUID(id)) throw notFound();
    await this.trail.write(
      (em, [defaults, configs]) => {
        const row = configs?.[0];
        if (!row) throw notFound();
        const before = { row: this.database.hydrate(SmtpConfig, row), isDefault: pointedTo(defaults)?.id === id };
        return {
          steps: [
            { statement: em.createQueryBuilder().delete().from(SmtpConfig).where('id = :id', { id }), orElse: notFound },
            { statement: em.createQueryBuilder().delete().from(SmtpConfigStatus).where('configId = :id', { id }) },
            unpoint(em, id),
          ],
          events: [changeOf(request, before, null)],
        };
      },
      { manager, hold: [HOLD_DEFAULT, holdConfig(id)] },
    );
  }

  /** Of several racing calls the last wins. @throws MailError `NOT_FOUND` */
  async setDefault(config: StoredConfig, { manager, ...request }: WriteRequest): Promise<void> {
    await this.trail.write(
      (em, [defaults]) => {
        const standing = pointedTo(defaults);
        const before = { row: config, isDefault: standing?.id === config.id };
        return {
          steps: [point(em, config.id)],
          events: [changeOf(request, before, { row: config, isDefault: true }, standing)],
        };
      },
      { manager, hold: [HOLD_DEFAULT] },
    );
  }

  /** Renames a row and makes it the default, and lets the activities that chose a configuration use the default. @throws MailError `STALE` */
  async adopt(row: StoredConfig | undefined, name: string): Promise<void> {
    await this.trail.write(
      (em, [defaults, choices = []]) => {
        const activities = choices.map(({ activity_key: key }) => String(key));
        const standing = pointedTo(defaults);
        const before = row ? { row, isDefault: standing?.id === row.id } : null;
        const after = row ? { row: { ...row, name, version: row.version + 1 }, isDefault: true } : null;
        const event = changeOf({ by: {}, action: 'adopt' }, before, after, standing);
        if (activities.length > 0) event.changes = { ...event.changes, activities: { before: activities, after: null } };
        return {
          steps: [
            ...(row && row.name !== name ? [updateConfig(em, row, { name, nameKey: name.toLowerCase(), version: row.version + 1 })] : []),
            ...(row ? [point(em, row.id)] : []),
            { statement: em.createQueryBuilder().update(SmtpActivity).set({ configId: null }).where('configId IS NOT NULL') },
          ],
          events: [event],
        };
      },
      { hold: [HOLD_DEFAULT, { sql: 'SELECT activity_key FROM smtp_activity WHERE config_id IS NOT NULL', parameters: [] }] },
    );
  }

  /** Keeps the outcome of a test, unless what was tested was changed or deleted meanwhile; that it was tested is recorded all the same. */
  async saveStatus(
    status: LastTest,
    version: number,
    { event, manager }: { event?: AuditEvent; manager?: EntityManager } = {},
  ): Promise<void> {
    const { configId: id } = status;
    try {
      await this.trail.write(
        (em) => ({
          steps: [
            // Changes nothing, but holds the row until the outcome is written.
            updateConfig(em, { id, version }, { version }),
            saveTest(em, status),
          ],
          events: event ? [event] : [],
        }),
        { manager },
      );
    } catch (error) {
      if (!isStale(error)) throw error;
      if (event) await this.trail.record(event, manager);
    }
  }

  /** Puts another cipher in the place of the one that was read; false when somebody changed it in between. */
  async replaceCipher(row: StoredConfig, column: SecretColumn, cipher: string, by: Caller): Promise<boolean> {
    const field = `${column}Cipher` as const;
    const { id, name, [field]: before } = row;
    try {
      await this.trail.write((em) => ({
        steps: [
          {
            statement: em
              .createQueryBuilder()
              .update(SmtpConfig)
              .set({ [field]: cipher })
              .where(`id = :id AND ${field} = :before`, { id, before }),
            orElse: stale,
          },
        ],
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

  /** Lets an activity use a configuration; null for the default. */
  async saveActivity({ key, label }: { key: string; label: string }, config: Named | null, by: Caller): Promise<void> {
    const chosen = {
      sql: `SELECT config_id AS id, (SELECT config.name FROM smtp_config config WHERE config.id = activity.config_id) AS name
        FROM smtp_activity activity WHERE activity_key = ?`,
      parameters: [key],
    };
    await this.trail.write(
      (em, [, rows]) => {
        const before = pointedTo(rows);
        const configId = config?.id ?? null;
        if (configId === (before?.id ?? null)) return { steps: [], events: [] };
        const changes = {
          config: { before: before?.name ?? null, after: config?.name ?? null },
          configId: { before: before?.id ?? null, after: configId },
        };
        return {
          steps: [{ statement: em.createQueryBuilder().update(SmtpActivity).set({ configId }).where('key = :key', { key }) }],
          events: [{ by, action: 'assign', record: { type: 'activity', id: key, name: label }, changes }],
        };
      },
      // There has to be a row to hold.
      { hold: [this.database.insertInto(SmtpActivity, [{ key, configId: null }], { orIgnore: true }), chosen] },
    );
  }
}

/** What is recorded of a change; with the default that another one took the place of. */
function changeOf(request: Omit<WriteRequest, 'manager'>, before: ConfigState, after: ConfigState, standing?: Named | null): AuditEvent {
  const row = (after ?? before)?.row;
  const isMoved = after?.isDefault === true && before?.isDefault !== true && standing;
  return {
    ...request,
    record: row && { type: 'config', id: row.id, name: row.name },
    changes: changesBetween(before, after),
    details: { ...request.details, ...(isMoved && { previousDefault: standing.name ?? standing.id }) },
  };
}

function isStale(error: unknown): boolean {
  return error instanceof MailError && error.code === 'STALE';
}
