import { update } from '../database/rows.js';
import type { Schema } from '../database/schema.js';
import { NOW, Sql, type SqlStep, type SqlValue } from '../database/sql.js';
import { SmtpConfigStatus } from './smtp-config-status.entity.js';
import { statusRow } from './smtp-config.tests.sql.js';

/** The most time between two turns that is made up for: a process takes a moment to ask for the next one. */
const LATE_MS = 200;
/** The longest turn. A longer one comes from a clock that was set back. */
const LONGEST_TURN_MS = 10_000;
/** The longest pause. */
const LONGEST_PAUSE_MS = 3_600_000;

/** The time in which one process may send through a configuration whose server limits its mail. */
export interface Turn {
  ms: number;
  /** True if no other process may send. Its turn can be renewed before it ends. */
  isSole: boolean;
  /** The messages that may be sent in it. @default any number */
  messages?: number;
}

/** The limits that a process learned from a refusal. */
export interface SharedPace {
  version: number;
  pauseMs: number;
  /** The time for which only one process sends. */
  soleMs: number;
  domains: string | null;
  /** Left out if the refusal says nothing about the rate. */
  measured?: { sinceNow: boolean; perMinute: number | null };
}

/** The pace of a configuration, as all processes share it. All times are the database's. */
export interface PaceRow {
  configId: string;
  version: number;
  pausedUntil: number;
  pauseMs: number;
  since: number | null;
  perMinute: number | null;
  connections: number | null;
  domains: string | null;
  soleUntil: number | null;
  turnEndsAt: number | null;
  isOthersTurn: boolean;
  now: number;
  /** Change with each refusal, and with each refusal that began a new measurement. */
  revision: string;
  sinceRevision: string;
}

/** The columns of {@link paceOf}. */
export const PACE_COLUMNS = [
  'paceVersion',
  'pausedUntil',
  'pauseMs',
  'paceSince',
  'pacePerMinute',
  'paceConnections',
  'paceDomains',
  'soleUntil',
  'turnToken',
  'turnEndsAt',
] as const satisfies (keyof SmtpConfigStatus)[];

/** A selected row with {@link PACE_COLUMNS}. Databases return large numbers as strings. */
export type StoredPace = { configId: string; now_ms: string | number } & Record<(typeof PACE_COLUMNS)[number], string | number | null>;

/** Returns the pace in a row; undefined if no server has limited it. @param token names this process */
export function paceOf(row: StoredPace, token: string): PaceRow | undefined {
  if (row.pausedUntil === null || row.paceVersion === null) return undefined;
  const number = (value: string | number | null): number | null => (value === null ? null : Number(value));
  return {
    configId: row.configId,
    version: Number(row.paceVersion),
    pausedUntil: Number(row.pausedUntil),
    pauseMs: Number(row.pauseMs),
    since: number(row.paceSince),
    perMinute: number(row.pacePerMinute),
    connections: number(row.paceConnections),
    domains: row.paceDomains as string | null,
    soleUntil: number(row.soleUntil),
    turnEndsAt: number(row.turnEndsAt),
    isOthersTurn: row.turnToken !== null && row.turnToken !== token,
    now: Number(row.now_ms),
    revision: `${row.paceVersion} ${row.pausedUntil}`,
    sinceRevision: `${row.paceVersion} ${row.paceSince} ${row.pacePerMinute}`,
  };
}

/** Selects the pace of a configuration. */
export function selectPace(schema: Schema, configId: string): SqlStep {
  const status = schema.table(SmtpConfigStatus);
  const columns = schema.columns(status, ['configId', ...PACE_COLUMNS]);
  return { sql: `SELECT ${columns}, {now} AS now_ms FROM ${status.table} WHERE ${status.configId} = ?`, parameters: [configId] };
}

/** Stores what a process learned. The last statement changes no row if mail pauses already because another process learned something. */
export function storePace(schema: Schema, configId: string, { version, pauseMs, soleMs, domains, measured }: SharedPace): SqlStep[] {
  const status = schema.table(SmtpConfigStatus);
  const isNew: SqlStep = {
    sql: `${status.configId} = ? AND (${status.paceVersion} IS NULL OR ${status.paceVersion} < ? OR (${status.paceVersion} = ?
      AND (${status.pausedUntil} <= {now} OR ${status.pausedUntil} > {now} + ${LONGEST_PAUSE_MS})))`,
    parameters: [configId, version, version],
  };
  const values = {
    paceVersion: version,
    pausedUntil: after(pauseMs),
    pauseMs: inMs(pauseMs),
    soleUntil: after(soleMs),
    paceDomains: domains,
    // Whoever asks first after the pause has the next turn.
    turnToken: null,
    turnEndsAt: null,
    ...(measured && { paceSince: measured.sinceNow ? NOW : null, pacePerMinute: measured.perMinute }),
  };
  return [statusRow(schema, configId), update(schema, SmtpConfigStatus, values, isNew)];
}

/**
 * Takes the turn of a configuration. Changes no row while another process has it.
 * @param connections those that the server accepted from this process, if it limits them
 */
export function takeTurn(schema: Schema, configId: string, token: string, { ms, isSole }: Turn, connections?: number): SqlStep {
  const status = schema.table(SmtpConfigStatus);
  const { turnToken, turnEndsAt } = status;
  const isFree: SqlStep = {
    sql: `${status.configId} = ? AND (${turnEndsAt} IS NULL OR ${turnEndsAt} <= {now} OR ${turnEndsAt} > {now} + ${LONGEST_TURN_MS}
      ${isSole ? `OR ${turnToken} = ?` : ''})`,
    parameters: isSole ? [configId, token] : [configId],
  };
  const isLate = `${turnEndsAt} > {now} - ${LATE_MS} AND ${turnEndsAt} <= {now}`;
  const endsAt = isSole ? after(ms) : new Sql(`CASE WHEN ${isLate} THEN ${turnEndsAt} ELSE {now} END + ${inMs(ms)}`);
  const values = { turnToken: token, turnEndsAt: endsAt, ...(connections !== undefined && { paceConnections: connections }) };
  return update(schema, SmtpConfigStatus, values, isFree);
}

/** Ends the turns of a process that stops. */
export function endTurns(schema: Schema, token: string): SqlStep {
  const { turnToken } = schema.table(SmtpConfigStatus);
  return update(schema, SmtpConfigStatus, { turnToken: null, turnEndsAt: null }, { sql: `${turnToken} = ?`, parameters: [token] });
}

const inMs = (ms: number): number => Math.max(0, Math.round(ms));
const after = (ms: number): SqlValue<Date> => new Sql(`{now} + ${inMs(ms)}`);
