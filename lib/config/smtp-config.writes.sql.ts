import type { Held, WriteStep } from '../database/database.js';
import { insertInto, insertOrIgnore, update } from '../database/rows.js';
import type { Schema } from '../database/schema.js';
import type { SqlStep } from '../database/sql.js';
import type { SecretColumn } from '../shared/config-fields.js';
import { MailError } from '../shared/mail-error.js';
import { SmtpConfigStatus } from './smtp-config-status.entity.js';
import { DEFAULT_ROW, SmtpActivity, SmtpConfig, SmtpDefault } from './smtp-config.entity.js';
import { configColumns } from './smtp-config.reads.sql.js';
import { deleteTestsOf } from './smtp-config.tests.sql.js';

export const stale = (): MailError =>
  new MailError('STALE', 'Someone else saved this configuration while you were editing it.', {
    fields: {
      version: { code: 'stale', message: 'Someone else saved this configuration while you were editing it. Reload it and try again.' },
    },
  });

export const notFound = (): MailError => new MailError('NOT_FOUND', 'This configuration does not exist.');

/** Locks the pointer to the default. Always locked before any configuration, so that writes never deadlock. */
export function holdDefault(schema: Schema): SqlStep {
  const pointer = schema.table(SmtpDefault, 'pointer');
  const config = schema.table(SmtpConfig, 'config');
  return {
    sql: `SELECT ${pointer.configId} AS id, (SELECT ${config.name} FROM ${config.table} WHERE ${config.id} = ${pointer.configId}) AS name
      FROM ${pointer.table} WHERE ${pointer.id} = ${DEFAULT_ROW}`,
    parameters: [],
  };
}

/** Locks a configuration. */
export function holdConfig(schema: Schema, id: string): SqlStep {
  const config = schema.table(SmtpConfig, 'config');
  return { sql: `SELECT ${configColumns(schema)} FROM ${config.table} WHERE ${config.id} = ?`, parameters: [id] };
}

/** Locks the choice of an activity, after storing a row for it if there is none. */
export function holdChoice(schema: Schema, key: string): SqlStep[] {
  const activity = schema.table(SmtpActivity, 'activity');
  const config = schema.table(SmtpConfig, 'config');
  return [
    insertOrIgnore(schema, SmtpActivity, [{ key, configId: null }]),
    {
      sql: `SELECT ${activity.configId} AS id, (SELECT ${config.name} FROM ${config.table} WHERE ${config.id} = ${activity.configId}) AS name
        FROM ${activity.table} WHERE ${activity.key} = ?`,
      parameters: [key],
    },
  ];
}

/** A configuration by id and name. */
export interface Named {
  id: string;
  name: string | null;
}

/** Returns the configuration that a locked row points to. */
export function pointerTarget([row]: Held[number] = []): Named | null {
  return row && row.id !== null ? (row as unknown as Named) : null;
}

/** Stores a configuration. */
export function insertConfig(schema: Schema, row: SmtpConfig): SqlStep {
  return insertInto(schema, SmtpConfig, [row]);
}

/** Stores the row that points to the default, unless it exists. */
export function insertPointer(schema: Schema): SqlStep {
  return insertOrIgnore(schema, SmtpDefault, [{ id: DEFAULT_ROW, configId: null }]);
}

/** Makes a configuration the default. @throws MailError `NOT_FOUND` if it was deleted */
export function setDefault(schema: Schema, configId: string): WriteStep {
  const { id } = schema.table(SmtpDefault);
  const config = schema.table(SmtpConfig, 'config');
  const exists = {
    sql: `${id} = ${DEFAULT_ROW} AND EXISTS (SELECT 1 FROM ${config.table} WHERE ${config.id} = ?)`,
    parameters: [configId],
  };
  return { ...update(schema, SmtpDefault, { configId }, exists), orElse: notFound };
}

/** Clears the default if it is this configuration. */
export function clearDefault(schema: Schema, configId: string): WriteStep {
  const pointer = schema.table(SmtpDefault);
  const where = { sql: `${pointer.id} = ${DEFAULT_ROW} AND ${pointer.configId} = ?`, parameters: [configId] };
  return update(schema, SmtpDefault, { configId: null }, where);
}

/** Updates a row if its version is unchanged. @throws MailError `STALE` */
export function updateConfig(schema: Schema, { id, version }: Pick<SmtpConfig, 'id' | 'version'>, values: Partial<SmtpConfig>): WriteStep {
  const config = schema.table(SmtpConfig);
  const where = { sql: `${config.id} = ? AND ${config.version} = ?`, parameters: [id, version] };
  return { ...update(schema, SmtpConfig, values, where), orElse: stale };
}

/** Replaces a cipher if it is unchanged. @throws MailError `STALE` */
export function replaceCipher(
  schema: Schema,
  id: string,
  field: `${SecretColumn}Cipher`,
  { before, after }: { before: string | null; after: string },
): WriteStep {
  const config = schema.table(SmtpConfig);
  const where = { sql: `${config.id} = ? AND ${config[field]} = ?`, parameters: [id, before] };
  return { ...update(schema, SmtpConfig, { [field]: after }, where), orElse: stale };
}

/** Deletes a configuration, its status and its tests. @throws MailError `NOT_FOUND` if it was already deleted */
export function deleteConfig(schema: Schema, configId: string): WriteStep[] {
  const config = schema.table(SmtpConfig);
  const status = schema.table(SmtpConfigStatus);
  return [
    { sql: `DELETE FROM ${config.table} WHERE ${config.id} = ?`, parameters: [configId], orElse: notFound },
    { sql: `DELETE FROM ${status.table} WHERE ${status.configId} = ?`, parameters: [configId] },
    deleteTestsOf(schema, configId),
  ];
}

/** Assigns a configuration to an activity; null for the default. */
export function chooseConfig(schema: Schema, key: string, configId: string | null): SqlStep {
  return update(schema, SmtpActivity, { configId }, { sql: `${schema.table(SmtpActivity).key} = ?`, parameters: [key] });
}

/** Clears the choices of all activities, which then use the default. */
export function clearChoices(schema: Schema): SqlStep {
  return update(schema, SmtpActivity, { configId: null }, { sql: `${schema.table(SmtpActivity).configId} IS NOT NULL`, parameters: [] });
}
