import type { WriteStep } from '../database/database.js';
import { insertInto, insertOrUpdate, update } from '../database/rows.js';
import type { Schema } from '../database/schema.js';
import { NOW, Sql, type SqlStep, type SqlValue, placeholders } from '../database/sql.js';
import type { StoredFailure } from '../shared/mail-error.js';
import { SmtpConfigStatus } from './smtp-config-status.entity.js';
import { SmtpConfig } from './smtp-config.entity.js';
import { SmtpConfigTest } from './smtp-config-test.entity.js';

/** The tests that are kept of each configuration. */
export const KEPT_TESTS = 10;
/** The time for which a test of unsaved values counts when they are saved. */
const DRAFT_MS = 3_600_000;
/** The most tests of unsaved values that are kept. */
const KEPT_DRAFTS = 200;

/** The result of a test, or of another check of a configuration. */
export type StoredResult = { failure: StoredFailure | null; ms: number | null } & Partial<
  // Missing if the connection was not encrypted or not reached: the previous values stay.
  Pick<SmtpConfigTest, 'tlsVersion' | 'certificateExpiresAt'>
>;

/** Stores a test. */
export function insertTest(schema: Schema, test: Omit<SmtpConfigTest, 'at'>): SqlStep {
  return insertInto(schema, SmtpConfigTest, [{ ...test, at: NOW }]);
}

/** Deletes all but the last tests of a configuration. */
export function trimTests(schema: Schema, configId: string): SqlStep {
  const test = schema.table(SmtpConfigTest);
  return deleteAllBut(schema, KEPT_TESTS, { sql: `${test.configId} = ?`, parameters: [configId] });
}

/** Deletes tests of unsaved values that no longer count, and all but the last ones. */
export function trimDrafts(schema: Schema): SqlStep[] {
  const test = schema.table(SmtpConfigTest);
  return [
    { sql: `DELETE FROM ${test.table} WHERE ${isOldDraft(schema)}`, parameters: [] },
    deleteAllBut(schema, KEPT_DRAFTS, { sql: `${test.configId} IS NULL`, parameters: [] }),
  ];
}

/** Selects some tests of unsaved values that no longer count. */
export function oldDrafts(schema: Schema, limit: number): SqlStep {
  const test = schema.table(SmtpConfigTest);
  return { sql: `SELECT ${schema.columns(test, ['id'])} FROM ${test.table} WHERE ${isOldDraft(schema)} LIMIT ${limit}`, parameters: [] };
}

/** Deletes tests. */
export function deleteTests(schema: Schema, ids: readonly string[]): SqlStep {
  const test = schema.table(SmtpConfigTest);
  return { sql: `DELETE FROM ${test.table} WHERE ${test.id} IN (${placeholders(ids)})`, parameters: ids };
}

function isOldDraft(schema: Schema): string {
  const test = schema.table(SmtpConfigTest);
  return `${test.configId} IS NULL AND ${test.at} <= {now} - ${DRAFT_MS}`;
}

function deleteAllBut(schema: Schema, kept: number, { sql, parameters }: SqlStep): SqlStep {
  const test = schema.table(SmtpConfigTest);
  // MariaDB reads from the table that it deletes from only through a derived table.
  const newest = `SELECT ${test.id} FROM ${test.table} WHERE ${sql} ORDER BY ${test.at} DESC, ${test.id} DESC LIMIT ${kept}`;
  return {
    sql: `DELETE FROM ${test.table} WHERE ${sql} AND ${test.id} NOT IN (SELECT ${test.id} FROM (${newest}) AS newest)`,
    parameters: [...parameters, ...parameters],
  };
}

/** Selects the last tests of a configuration, the latest first. */
export function testsOf(schema: Schema, configId: string): SqlStep {
  return selectTests(schema, { sql: `${schema.table(SmtpConfigTest).configId} = ?`, parameters: [configId] }, KEPT_TESTS);
}

/** Selects the tests of unsaved values with a fingerprint that still count, the latest first. */
export function recentDrafts(schema: Schema, fingerprint: string): SqlStep {
  const test = schema.table(SmtpConfigTest);
  const where = {
    sql: `${test.fingerprint} = ? AND ${test.configId} IS NULL AND ${test.at} > {now} - ${DRAFT_MS}`,
    parameters: [fingerprint],
  };
  return selectTests(schema, where, KEPT_TESTS);
}

function selectTests(schema: Schema, { sql, parameters }: SqlStep, limit: number): SqlStep {
  const test = schema.table(SmtpConfigTest);
  const columns = schema.allColumns(SmtpConfigTest);
  return { sql: `SELECT ${columns} FROM ${test.table} WHERE ${sql} ORDER BY ${test.at} DESC, ${test.id} DESC LIMIT ${limit}`, parameters };
}

/** Makes tests of unsaved values, the latest first, the tests of the configuration that was saved with these values. */
export function adoptDrafts(
  schema: Schema,
  { id, version }: { id: string; version: number },
  drafts: readonly SmtpConfigTest[],
): SqlStep[] {
  const [latest] = drafts;
  if (!latest) return [];
  const test = schema.table(SmtpConfigTest);
  const ids = drafts.map((draft) => draft.id);
  const where = { sql: `${test.id} IN (${placeholders(ids)}) AND ${test.configId} IS NULL`, parameters: ids };
  return [
    update(schema, SmtpConfigTest, { configId: id, fingerprint: null }, where),
    trimTests(schema, id),
    saveTest(schema, { id, version }, { ...latest, failure: failureOf(latest) }, latest.at),
  ];
}

/** Returns the failure of a test; null if the test passed. */
export function failureOf({ ok, error, steps }: Pick<SmtpConfigTest, 'ok' | 'error' | 'steps'>): StoredFailure | null {
  if (ok) return null;
  const { reason = null, values = {} } = steps.find((step) => !step.ok) ?? {};
  return { error: error ?? '', reason, values };
}

const NO_ERROR = { lastTestError: null, lastTestReason: null, lastTestValues: {} };

/** Stores the result of the last test of a configuration. */
export function saveTest(
  schema: Schema,
  { id: configId, version }: { id: string; version: number },
  { failure, ms, tlsVersion, certificateExpiresAt }: StoredResult,
  at: SqlValue<Date> = NOW,
): SqlStep {
  const row = {
    configId,
    lastTestStatus: failure ? ('failed' as const) : ('ok' as const),
    lastTestAt: at,
    lastTestMs: ms,
    lastTestError: failure?.error ?? null,
    lastTestReason: failure?.reason ?? null,
    lastTestValues: failure?.values ?? {},
    lastTestVersion: version,
    ...(tlsVersion && { tlsVersion }),
    ...(certificateExpiresAt && { certificateExpiresAt }),
    ...((tlsVersion || certificateExpiresAt) && { observedAt: at, observedVersion: version }),
  };
  return insertOrUpdate(schema, SmtpConfigStatus, row, 'configId');
}

/**
 * Clears the results of tests and mail, which say nothing about a configuration's new server, login or From address. Facts about the
 * server's certificate remain if it is the same server.
 */
export function forgetEvidence(
  schema: Schema,
  { id, version, connectionVersion }: { id: string; version: number; connectionVersion: number },
  isSameServer: boolean,
): WriteStep[] {
  const status = schema.table(SmtpConfigStatus);
  const isConfig = { sql: `${status.configId} = ?`, parameters: [id] };
  const noTest = { lastTestStatus: null, lastTestAt: null, lastTestMs: null, ...NO_ERROR, lastTestVersion: null };
  const noMail = { lastSentAt: null, lastSentVersion: null, paceVersion: null, pacePerMinute: null, paceConnections: null };
  const noServer = { tlsVersion: null, certificateExpiresAt: null, observedAt: null, observedVersion: null };
  const isObserved = { sql: `${isConfig.sql} AND ${status.observedVersion} >= ?`, parameters: [id, connectionVersion] };
  return [
    update(schema, SmtpConfigStatus, { ...noTest, ...noMail, ...(isSameServer ? {} : noServer) }, isConfig),
    ...(isSameServer ? [update(schema, SmtpConfigStatus, { observedVersion: version }, isObserved)] : []),
  ];
}

/** A mail that a server accepted, and the encryption of its connection. Ages are milliseconds. */
export interface SentEvidence {
  configId: string;
  version: number;
  ageMs: number;
  /** The connections that the server accepts at the same time; null if it limits none. */
  connections: number | null;
  connection?: { ageMs: number; tlsVersion: string | null; certificateExpiresAt: Date | null };
}

/** Stores the status row of a configuration, unless it exists or the configuration was deleted in the meantime. */
export function statusRow(schema: Schema, configId: string): SqlStep {
  const status = schema.table(SmtpConfigStatus);
  const config = schema.table(SmtpConfig, 'config');
  const row = `${status.table} (${status.configId}) SELECT ${config.id} FROM ${config.table} WHERE ${config.id} = ?`;
  return { sql: schema.dialect.insertOrIgnore(row), parameters: [configId] };
}

/** Records that a server accepted mail, unless something newer is recorded. */
export function recordSent(schema: Schema, { configId, version, ageMs, connections, connection }: SentEvidence): SqlStep[] {
  const status = schema.table(SmtpConfigStatus);
  const isNewer = (at: string, of: string, time: Sql): SqlStep => ({
    sql: `${status.configId} = ? AND (${at} IS NULL OR ${of} IS NULL OR ${of} < ? OR (${of} = ? AND ${at} < ${time.text}))`,
    parameters: [configId, version, version],
  });
  const ago = (ms: number): Sql => new Sql(`{now} - ${Math.max(0, Math.round(ms))}`);
  const sentAt = ago(ageMs);
  const steps = [
    statusRow(schema, configId),
    update(
      schema,
      SmtpConfigStatus,
      { lastSentAt: sentAt, lastSentVersion: version, paceConnections: connections },
      isNewer(status.lastSentAt, status.lastSentVersion, sentAt),
    ),
  ];
  if (!connection) return steps;
  const { tlsVersion, certificateExpiresAt } = connection;
  const observedAt = ago(connection.ageMs);
  const observed = { tlsVersion, certificateExpiresAt, observedAt, observedVersion: version };
  return [...steps, update(schema, SmtpConfigStatus, observed, isNewer(status.observedAt, status.observedVersion, observedAt))];
}

/** Deletes the tests of a configuration. */
export function deleteTestsOf(schema: Schema, configId: string): SqlStep {
  const test = schema.table(SmtpConfigTest);
  return { sql: `DELETE FROM ${test.table} WHERE ${test.configId} = ?`, parameters: [configId] };
}
