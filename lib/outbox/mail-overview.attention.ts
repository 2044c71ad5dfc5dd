import type { SmtpConfigView } from '../config/smtp-config.input.js';
import type { Route } from './lane.js';
import type { WaitingLane } from './mail-overview.store.js';
import { sumCounts } from '../shared/mail-log.js';
import type { ReasonValues, StoredFailure } from '../shared/mail-error.js';
import { EXPIRES_SOON_MS } from '../shared/certificates.js';
import { type Attention, type OldestWaiting, type Severity, severityOf } from '../shared/mail-overview.js';

/** Waiting messages of a lane, and its configuration. */
export type RoutedLane = WaitingLane & Route<SmtpConfigView>;

/** The facts that determine what needs attention. */
export interface Findings {
  /** In the order in which they are listed. */
  configs: readonly SmtpConfigView[];
  lanes: readonly RoutedLane[];
  oldest: OldestWaiting | null;
  /** Messages of the last 24 hours that were not sent, by status. */
  failed: Extract<Attention, { kind: 'failed' }>['byStatus'];
  /** Messages that failed in the last 24 hours, but were queued before. */
  failedLate: number;
  /** Messages that were refused for some recipients in the last 24 hours. */
  partiallySent: number;
  /** The start of the last 24 hours. */
  day: number;
  now: number;
}

/** The time for which messages may wait without a known reason, and while a server defers them, as greylisting does. */
const STALLED_MS = 15 * 60_000;
const DEFERRED_MS = 2 * 3_600_000;
const SEVERITIES: Severity[] = ['error', 'warning', 'info'];
/** The most items of one kind that are listed individually. */
const EACH = 5;

/** Lists what needs attention, the most serious first: problems that stop all mail or some of it, then those that may stop mail later. */
export function attentionOf(findings: Findings): Attention[] {
  const { configs, lanes, oldest, failed, failedLate, partiallySent, day } = findings;
  const enabled = configs.filter((config) => config.enabled);
  const standard = configs.find(({ isDefault }) => isDefault);
  const waits = (config: SmtpConfigView): number => waitingFor(config, lanes);
  const lost = (way: RoutedLane['by']): number => sum(lanes.filter(({ by, config }) => by === way && !config));
  const failing = configs.filter(({ health }) => health === 'failing');
  const off = configs.filter((config) => !config.enabled && !config.isDefault && waits(config) > 0);
  const testFailed = configs.filter(({ health }) => health === 'test_failed');
  const expiring = enabled.filter((config) => (certificateExpiry(config)?.getTime() ?? Infinity) - findings.now < EXPIRES_SOON_MS);

  const recovered = enabled.filter(({ health, lastFailureUntil }) => health !== 'failing' && (lastFailureUntil?.getTime() ?? 0) >= day);

  const items: Attention[] = [
    ...listIf(configs.length === 0, { kind: 'no_config' }),
    ...listIf(configs.length > 0 && enabled.length === 0, { kind: 'all_disabled' }),
    ...listIf(configs.length > 0 && lost('default') > 0, { kind: 'no_default', waiting: lost('default') }),
    ...(standard && !standard.enabled && enabled.length > 0
      ? [{ kind: 'default_disabled', config: idAndName(standard), waiting: waits(standard) } as const]
      : []),
    ...listFew(failing, 'failing', (config) => ({
      kind: 'failing',
      config: idAndName(config),
      since: config.failingSince!,
      ...failureIn(config.failingError, config.failingReason, config.failingValues),
      field: config.failingField,
      waiting: waits(config),
    })),
    ...listFew(off, 'held_disabled', (config) => ({ kind: 'held_disabled', config: idAndName(config), waiting: waits(config) })),
    ...listIf(lost('name') > 0, { kind: 'held_missing', waiting: lost('name') }),
    ...listIf(lost('activity') > 0, { kind: 'held_activity_missing', waiting: lost('activity') }),
    ...(oldest && isTooOld(oldest, findings.now) ? [{ kind: 'oldest', message: oldest } as const] : []),
    ...listIf(sumCounts(failed) > 0, { kind: 'failed', count: sumCounts(failed), byStatus: failed }),
    ...listIf(failedLate > 0, { kind: 'failed_late', count: failedLate }),
    ...listIf(partiallySent > 0, { kind: 'partially_sent', count: partiallySent }),
    ...listFew(testFailed, 'test_failed', (config) => ({
      kind: 'test_failed',
      config: idAndName(config),
      since: config.lastTestAt!,
      ...failureIn(config.lastTestError, config.lastTestReason, config.lastTestValues),
      field: config.failingField,
    })),
    ...listFew(recovered, 'recovered', (config) => ({
      kind: 'recovered',
      config: idAndName(config),
      since: config.lastFailureSince!,
      until: config.lastFailureUntil!,
      ...failureIn(config.lastFailureError, config.lastFailureReason, config.lastFailureValues),
    })),
    ...listFew(
      enabled.filter(({ loginWarning }) => loginWarning),
      'login_warning',
      (config) => ({ kind: 'login_warning', config: idAndName(config), warning: config.loginWarning! }),
    ),
    ...listFew(expiring, 'certificate_expires', (config) => {
      const expiresAt = certificateExpiry(config)!;
      return { kind: 'certificate_expires', config: idAndName(config), expiresAt, isExpired: expiresAt.getTime() <= findings.now };
    }),
  ];
  return items.toSorted((one, other) => SEVERITIES.indexOf(severityOf(one)) - SEVERITIES.indexOf(severityOf(other)));
}

/** Counts the messages that wait for a configuration. */
export function waitingFor({ id }: SmtpConfigView, lanes: readonly RoutedLane[]): number {
  return sum(lanes.filter(({ config }) => config?.id === id));
}

/** Returns the earliest expiry of its certificates. */
function certificateExpiry({ certificateExpiresAt, caExpiresAt }: SmtpConfigView): Date | undefined {
  const [first] = [certificateExpiresAt, caExpiresAt]
    .filter((end) => end !== null)
    .toSorted((one, other) => one.getTime() - other.getTime());
  return first;
}

/** True for a message that has waited too long without a known reason. A known reason is reported on its own. */
function isTooOld({ since, reason }: OldestWaiting, now: number): boolean {
  if (reason !== null && reason !== 'backoff') return false;
  return now - since.getTime() > (reason === null ? STALLED_MS : DEFERRED_MS);
}

function listFew<T>(list: readonly T[], of: Extract<Attention, { kind: 'more' }>['of'], each: (one: T) => Attention): Attention[] {
  const first = list.slice(0, EACH).map(each);
  return list.length > EACH ? [...first, { kind: 'more', of, count: list.length - EACH }] : first;
}

const failureIn = (error: string | null, reason: string | null, values: ReasonValues): StoredFailure => ({
  error: error ?? '',
  reason,
  values,
});
const listIf = (isSo: boolean, attention: Attention): Attention[] => (isSo ? [attention] : []);
const sum = (lanes: readonly WaitingLane[]): number => lanes.reduce((total, { count }) => total + count, 0);
const idAndName = ({ id, name }: SmtpConfigView): { id: string; name: string } => ({ id, name });
