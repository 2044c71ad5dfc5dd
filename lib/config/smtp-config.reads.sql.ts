import { containsText, isExactly, isIn } from '../database/conditions.js';
import type { Schema } from '../database/schema.js';
import { type SqlStep, allOf } from '../database/sql.js';
import {
  CONFIG_FIELDS,
  CONTAINS_NAMES,
  type ContainsName,
  FILTER_NAMES,
  type FilterName,
  SEARCHED_NAMES,
  SECRET_COLUMNS,
  type SortName,
} from '../shared/config-fields.js';
import { healthRankSql, healthSql } from './config-health.sql.js';
import { SmtpConfigStatus } from './smtp-config-status.entity.js';
import { DEFAULT_ROW, SmtpActivity, SmtpConfig, SmtpDefault } from './smtp-config.entity.js';
import type { SmtpConfigQuery } from './smtp-config.queries.js';

/** Returns the columns of a configuration with its ciphers. */
export const configColumns = (schema: Schema): string =>
  schema.allColumns(SmtpConfig, { alias: 'config', and: SECRET_COLUMNS.map((column) => `${column}Cipher` as const) });

/** Selects all configurations with their ciphers. */
export function allConfigs(schema: Schema): SqlStep {
  return configsWhere(schema, { sql: '1 = 1', parameters: [] });
}

/** Selects configurations with their ciphers by id or name key. */
export function configsBy(schema: Schema, field: 'id' | 'nameKey', values: readonly string[]): SqlStep {
  return configsWhere(schema, isIn(schema.table(SmtpConfig, 'config')[field], values));
}

/** Selects a batch of configurations that have a cipher, in the order of their ids. */
export function sealedConfigs(schema: Schema, after: string, limit: number): SqlStep {
  const config = schema.table(SmtpConfig, 'config');
  const sealed = SECRET_COLUMNS.map((column) => `${config[`${column}Cipher`]} IS NOT NULL`).join(' OR ');
  const { sql, parameters } = configsWhere(schema, {
    sql: `${config.id} > ? AND (${sealed})`,
    parameters: [after],
  });
  return { sql: `${sql} LIMIT ${limit}`, parameters };
}

function configsWhere(schema: Schema, where: SqlStep): SqlStep {
  const config = schema.table(SmtpConfig, 'config');
  return {
    sql: `SELECT ${configColumns(schema)} FROM ${config.table} WHERE ${where.sql} ORDER BY ${config.id}`,
    parameters: where.parameters,
  };
}

/** Selects a page of the configurations that match, with their ciphers. */
export function pageOfConfigs(schema: Schema, query: SmtpConfigQuery): SqlStep {
  const { sortBy = 'name', direction = 'asc', limit = 1_000, offset = 0, filters } = query;
  const config = schema.table(SmtpConfig, 'config');
  const { sql, parameters } = fromMatching(schema, filters);
  return {
    sql: `SELECT ${configColumns(schema)} ${sql} ORDER BY ${sortKey(schema, sortBy)} ${direction === 'desc' ? 'DESC' : 'ASC'}, ${config.id} LIMIT ? OFFSET ?`,
    parameters: [...parameters, limit, offset],
  };
}

function sortKey(schema: Schema, sortBy: SortName): string {
  if (sortBy === 'health') return healthRankSql(schema);
  if (sortBy === 'lastTestAt') return schema.table(SmtpConfigStatus, 'status').lastTestAt;
  return schema.table(SmtpConfig, 'config')[sortBy === 'name' ? 'nameKey' : sortBy];
}

/** Counts the configurations that match. */
export function countConfigs(schema: Schema, filters: SmtpConfigQuery['filters']): SqlStep {
  const { sql, parameters } = fromMatching(schema, filters);
  return { sql: `SELECT COUNT(*) AS n ${sql}`, parameters };
}

/** Returns the FROM and WHERE clauses for the configurations that match, joined with the tables that the list sorts by. */
function fromMatching(schema: Schema, filters: SmtpConfigQuery['filters'] = {}): SqlStep {
  const config = schema.table(SmtpConfig, 'config');
  const status = schema.table(SmtpConfigStatus, 'status');
  const pointer = schema.table(SmtpDefault, 'pointer');
  const conditions: SqlStep[] = [];
  for (const field of CONTAINS_NAMES) {
    const text = filters[field];
    if (typeof text === 'string') conditions.push(containsText([config[field]], text));
  }
  const searched = SEARCHED_NAMES.map((field) => config[field]);
  if (typeof filters.search === 'string') conditions.push(containsText(searched, filters.search));
  for (const field of EXACT_NAMES) {
    const value = filters[field];
    if (value === undefined) continue;
    const isFlag = CONFIG_FIELDS[field].value === 'flag';
    conditions.push(isFlag ? { sql: `${config[field]} = ?`, parameters: [value] } : isExactly(schema, config[field], String(value)));
  }
  if (filters.isDefault !== undefined)
    conditions.push({ sql: `${pointer.configId} IS ${filters.isDefault ? 'NOT ' : ''}NULL`, parameters: [] });
  if (filters.health !== undefined) conditions.push(isExactly(schema, healthSql(schema), String(filters.health)));
  const where = allOf(conditions);
  return {
    sql: `FROM ${config.table} LEFT JOIN ${status.table} ON ${status.configId} = ${config.id}
      LEFT JOIN ${pointer.table} ON ${pointer.configId} = ${config.id} WHERE ${where.sql}`,
    parameters: where.parameters,
  };
}

/** The fields that are filtered by their exact value. The default is a pointer, not a column of the row. */
const EXACT_NAMES = FILTER_NAMES.filter(
  (name): name is Exclude<FilterName, ContainsName | 'isDefault'> => CONFIG_FIELDS[name].filter === 'exact' && name !== 'isDefault',
);

/** Selects the names that are taken, in lower case. */
export function nameKeys(schema: Schema): SqlStep {
  const config = schema.table(SmtpConfig);
  return { sql: `SELECT ${schema.columns(config, ['nameKey'])} FROM ${config.table}`, parameters: [] };
}

/** Selects the status rows of configurations. */
export function statusesOf(schema: Schema, configIds: readonly string[]): SqlStep {
  const status = schema.table(SmtpConfigStatus);
  const where = isIn(status.configId, configIds);
  return {
    sql: `SELECT ${schema.allColumns(SmtpConfigStatus)} FROM ${status.table} WHERE ${where.sql}`,
    parameters: where.parameters,
  };
}

/** Selects the configurations that activities chose. */
export function activityChoices(schema: Schema): SqlStep {
  const activity = schema.table(SmtpActivity);
  return { sql: `SELECT ${schema.columns(activity, ['key', 'configId'])} FROM ${activity.table}`, parameters: [] };
}

/** Selects the activities that chose one of these configurations. */
export function activitiesOf(schema: Schema, configIds: readonly string[]): SqlStep {
  const activity = schema.table(SmtpActivity);
  const where = isIn(activity.configId, configIds);
  return {
    sql: `SELECT ${schema.columns(activity, ['key', 'configId'])} FROM ${activity.table} WHERE ${where.sql}`,
    parameters: where.parameters,
  };
}

/** Selects the keys of the activities that chose a configuration. */
export function activitiesWithChoice(schema: Schema): SqlStep {
  const activity = schema.table(SmtpActivity);
  return {
    sql: `SELECT ${schema.columns(activity, ['key'])} FROM ${activity.table} WHERE ${activity.configId} IS NOT NULL`,
    parameters: [],
  };
}

/** Selects the id of the default configuration, if it exists. */
export function defaultConfigId(schema: Schema): SqlStep {
  const pointer = schema.table(SmtpDefault, 'pointer');
  const config = schema.table(SmtpConfig, 'config');
  return {
    sql: `SELECT ${config.id} AS id FROM ${pointer.table} JOIN ${config.table} ON ${config.id} = ${pointer.configId} WHERE ${pointer.id} = ${DEFAULT_ROW}`,
    parameters: [],
  };
}

/** Selects the configuration that sends a mail, with its ciphers, and as `chosenId` the one that its activity chose. */
export function configForMail(schema: Schema, { config: name, activity: key }: { config?: string; activity: string }): SqlStep {
  const pointer = schema.table(SmtpDefault, 'pointer');
  const activity = schema.table(SmtpActivity, 'activity');
  const config = schema.table(SmtpConfig, 'config');
  const isIt = name === undefined ? `${config.id} = COALESCE(${activity.configId}, ${pointer.configId})` : `${config.nameKey} = ?`;
  return {
    sql: `SELECT ${configColumns(schema)}, ${activity.configId} AS ${schema.dialect.quote('chosenId')} FROM ${pointer.table}
      LEFT JOIN ${activity.table} ON ${activity.key} = ? LEFT JOIN ${config.table} ON ${isIt} WHERE ${pointer.id} = ${DEFAULT_ROW}`,
    parameters: [key, ...(name === undefined ? [] : [name.toLowerCase()])],
  };
}
