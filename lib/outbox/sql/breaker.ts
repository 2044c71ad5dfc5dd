import { FORGOTTEN_MS } from '../../config/learned-rate.js';
import { PACE_COLUMNS, type StoredPace } from '../../config/pace.sql.js';
import { SmtpConfigStatus } from '../../config/smtp-config-status.entity.js';
import { insertOrIgnore, update } from '../../database/rows.js';
import type { Schema } from '../../database/schema.js';
import type { StoredFailure } from '../../shared/mail-error.js';
import { NOW, Sql, type SqlStep, placeholders } from '../../database/sql.js';

/** A row of {@link configStates}. Databases return large numbers as strings. */
export interface StateRow extends StoredPace {
  configId: string;
  failingVersion: number;
  failingSince: string | number | null;
  failingCode: string;
  failingError: string;
  failingReason: string | null;
  /** JSON. */
  failingValues: string | null;
  lastSentAt: string | number | null;
  nextProbeAt: string | number;
}

/** Selects the configurations that are failing, and those whose server limits the rate. */
export function configStates(schema: Schema): SqlStep {
  const status = schema.table(SmtpConfigStatus);
  const columns = schema.columns(status, [
    'configId',
    'failingVersion',
    'failingSince',
    'failingCode',
    'failingError',
    'failingReason',
    'failingValues',
    'lastSentAt',
    'nextProbeAt',
    ...PACE_COLUMNS,
  ]);
  const where = `${status.failingSince} IS NOT NULL OR ${status.pausedUntil} > {now} - ${FORGOTTEN_MS}`;
  return { sql: `SELECT ${columns}, {now} AS now_ms FROM ${status.table} WHERE ${where}`, parameters: [] };
}

/** A failure of a configuration. */
export interface NewFailure extends StoredFailure {
  configId: string;
  version: number;
  code: string;
  probeInMs: number;
}

/** Marks a configuration as failing. Keeps the time of the first failure. */
export function markFailing(schema: Schema, { configId, version, code, error, reason, values, probeInMs }: NewFailure): SqlStep[] {
  const { failingSince } = schema.table(SmtpConfigStatus);
  const failing = {
    failingVersion: version,
    failingCode: code,
    failingError: error,
    failingReason: reason,
    failingValues: values,
    nextProbeAt: new Sql(`{now} + ${probeInMs}`),
    failingSince: new Sql(`COALESCE(${failingSince}, {now})`),
  };
  return [statusRow(schema, configId), update(schema, SmtpConfigStatus, failing, isConfig(schema, configId))];
}

/** Keeps what the failure of a failing configuration was, and marks the configuration as working. */
export function markWorking(schema: Schema, configId: string): SqlStep[] {
  const { failingSince, failingError, failingReason, failingValues } = schema.table(SmtpConfigStatus);
  const { sql, parameters } = isConfig(schema, configId);
  const isFailing = { sql: `${sql} AND ${failingSince} IS NOT NULL`, parameters };
  const kept = {
    lastFailureSince: new Sql(failingSince),
    lastFailureUntil: NOW,
    lastFailureError: new Sql(failingError),
    lastFailureReason: new Sql(failingReason),
    lastFailureValues: new Sql(failingValues),
  };
  const cleared = {
    failingSince: null,
    failingVersion: null,
    failingCode: null,
    failingError: null,
    failingReason: null,
    failingValues: {},
    nextProbeAt: null,
  };
  // Two statements, because MariaDB sets one column after the other.
  return [update(schema, SmtpConfigStatus, kept, isFailing), update(schema, SmtpConfigStatus, cleared, isFailing)];
}

/** Postpones the next probe if it is due. Changes no row if another process was first. */
export function acquireProbe(schema: Schema, configId: string, probeInMs: number): SqlStep {
  const status = schema.table(SmtpConfigStatus);
  const { sql, parameters } = isConfig(schema, configId);
  const isDue = { sql: `${sql} AND ${status.nextProbeAt} <= {now}`, parameters };
  return update(schema, SmtpConfigStatus, { nextProbeAt: new Sql(`{now} + ${probeInMs}`) }, isDue);
}

/** Makes the next probe of a failing configuration due. */
export function makeProbeDue(schema: Schema, configId: string): SqlStep {
  const { failingSince } = schema.table(SmtpConfigStatus);
  const { sql, parameters } = isConfig(schema, configId);
  return update(schema, SmtpConfigStatus, { nextProbeAt: NOW }, { sql: `${sql} AND ${failingSince} IS NOT NULL`, parameters });
}

/** Acquires the serial lock of a configuration. The last statement changes no row while another process has the lock. */
export function acquireSerialLock(schema: Schema, configId: string, token: string, leaseMs: number): SqlStep[] {
  const status = schema.table(SmtpConfigStatus);
  const { sql, parameters } = isConfig(schema, configId);
  const isFree = {
    sql: `${sql} AND (${status.serialLockToken} = ? OR ${status.serialLockExpiresAt} IS NULL OR ${status.serialLockExpiresAt} < {now})`,
    parameters: [...parameters, token],
  };
  const values = { serialLockToken: token, serialLockExpiresAt: new Sql(`{now} + ${leaseMs}`) };
  return [statusRow(schema, configId), update(schema, SmtpConfigStatus, values, isFree)];
}

/** Extends the serial locks of a process. */
export function renewSerialLocks(schema: Schema, configIds: readonly string[], token: string, leaseMs: number): SqlStep {
  const status = schema.table(SmtpConfigStatus);
  const own = {
    sql: `${status.serialLockToken} = ? AND ${status.configId} IN (${placeholders(configIds)})`,
    parameters: [token, ...configIds],
  };
  return update(schema, SmtpConfigStatus, { serialLockExpiresAt: new Sql(`{now} + ${leaseMs}`) }, own);
}

/** Releases all serial locks of a process. */
export function releaseSerialLocks(schema: Schema, token: string): SqlStep {
  const { serialLockToken } = schema.table(SmtpConfigStatus);
  const values = { serialLockToken: null, serialLockExpiresAt: null };
  return update(schema, SmtpConfigStatus, values, { sql: `${serialLockToken} = ?`, parameters: [token] });
}

/** Stores the row that the other statements update, unless it exists. */
function statusRow(schema: Schema, configId: string): SqlStep {
  return insertOrIgnore(schema, SmtpConfigStatus, [{ configId }]);
}

function isConfig(schema: Schema, configId: string): SqlStep {
  return { sql: `${schema.table(SmtpConfigStatus).configId} = ?`, parameters: [configId] };
}
