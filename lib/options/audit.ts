import type { SmtpAuditEntry } from '../shared/audit.js';
import { badOption, type Check, durationMs, optional, options, shown } from './option-checker.js';

/** The change history; durations in milliseconds. */
export interface AuditOptions {
  /**
   * Called with each entry after its change is committed, at most once. The change does not wait for it; errors are logged. To be
   * sure to get every entry, read the entries with `SmtpAuditService.find`. @default none
   */
  onEntry?: (entry: SmtpAuditEntry) => void | Promise<void>;
  /** Time for which entries are kept; false keeps them forever. @default 31_536_000_000 (365 days) */
  retentionMs?: number | false;
}

export interface ResolvedAudit {
  onEntry: AuditOptions['onEntry'];
  retentionMs: number | false;
}

const entryHook: Check<NonNullable<AuditOptions['onEntry']>> = (value, option) => {
  if (typeof value !== 'function') throw badOption(option, 'is not a function', 'Pass (entry) => { … }.');
  return value as NonNullable<AuditOptions['onEntry']>;
};

const retention: Check<number | false> = (value, option) => {
  if (value === false) return false;
  if (!Number.isInteger(value) || (value as number) <= 0) {
    const remedy = 'Pass a whole number of milliseconds above 0, or false to keep entries forever.';
    throw badOption(option, `is ${shown(value)}`, remedy);
  }
  return durationMs(value, option);
};

/** Checks the option `audit`. */
export const audit: Check<ResolvedAudit> = options<ResolvedAudit>({
  onEntry: [optional(entryHook), undefined],
  retentionMs: [retention, 365 * 86_400_000],
});
