import type { OUTCOME_STATUSES } from './mail-counts.js';
import type { StoredFailure } from './mail-error.js';
import type { WaitingReason } from './mail-log.js';
import type { LoginWarning } from './smtp-config.js';
import type { ConfigFacts, ConfigSettings, TargetName } from './config-fields.js';

/**
 * An outcome in the chart. `sent`: accepted by a server for at least one recipient; `waiting`: queued, held or in flight; `failed`:
 * refused, expired, or with an unknown delivery result. Cancelled mail is not counted.
 */
export type TrafficOutcome = keyof typeof OUTCOME_STATUSES;

/** A quarter of an hour, the length of a slot of the traffic. Hours and days start with a slot in every time zone. */
export const SLOT_MS = 900_000;

/** Mail that was queued within a quarter of an hour, by outcome. */
export interface TrafficSlot extends Record<TrafficOutcome, number> {
  /** Milliseconds since 1970; a multiple of a quarter of an hour. */
  at: number;
}

/** The message that has been waiting longest, among those that are due. */
export interface OldestWaiting {
  id: string;
  since: Date;
  status: 'queued' | 'held';
  /** Null if no reason is known. */
  reason: WaitingReason | null;
}

/** A configuration at a glance. */
export interface OverviewConfig
  extends
    Pick<ConfigSettings, 'name' | 'isDefault' | 'enabled' | TargetName>,
    Pick<
      ConfigFacts,
      | 'id'
      | 'health'
      | 'lastTestStatus'
      | 'lastTestAt'
      | 'lastTestError'
      | 'lastTestReason'
      | 'lastTestValues'
      | 'lastSentAt'
      | 'failingSince'
      | 'failingError'
      | 'failingReason'
      | 'failingValues'
      | 'connectionVersion'
    > {
  loginWarning: LoginWarning | null;
  /** The number of messages that wait for it. */
  waiting: number;
  /** The number of messages of the last 24 hours that it sent. */
  sent: number;
  /** The number of messages of the last 24 hours that failed, expired or have an unknown delivery result. */
  failed: number;
}

type NamedConfig = Pick<OverviewConfig, 'id' | 'name'>;

/** The kinds of attention that occur once per configuration, and may be too many to list. */
type ListedAttention = 'failing' | 'recovered' | 'held_disabled' | 'test_failed' | 'login_warning' | 'certificate_expires';

/** Something that needs an admin's attention. */
export type Attention =
  | { kind: 'no_config' }
  | { kind: 'all_disabled' }
  | { kind: 'no_default'; waiting: number }
  | { kind: 'default_disabled'; config: NamedConfig; waiting: number }
  /** `field` is the field to correct; null if the server is probably down, or nothing is known. */
  | ({ kind: 'failing'; config: NamedConfig; since: Date; field: string | null; waiting: number } & StoredFailure)
  /** A configuration that failed in the last 24 hours and works again. */
  | ({ kind: 'recovered'; config: NamedConfig; since: Date; until: Date } & StoredFailure)
  | { kind: 'held_disabled'; config: NamedConfig; waiting: number }
  /** Mail held because the configuration that it names, or that its activity chose, does not exist. */
  | { kind: 'held_missing' | 'held_activity_missing'; waiting: number }
  | { kind: 'oldest'; message: OldestWaiting }
  /** Messages that were queued in the last 24 hours and not sent, in total and by status. */
  | { kind: 'failed'; count: number; byStatus: Partial<Record<(typeof OUTCOME_STATUSES.failed)[number], number>> }
  /** Messages that failed in the last 24 hours, but were queued before. */
  | { kind: 'failed_late'; count: number }
  /** Messages that were refused for some recipients in the last 24 hours. */
  | { kind: 'partially_sent'; count: number }
  | ({ kind: 'test_failed'; config: NamedConfig; since: Date; field: string | null } & StoredFailure)
  | { kind: 'login_warning'; config: NamedConfig; warning: LoginWarning }
  /** The server's certificate as a test or a delivery last saw it, or one of the private CA, whichever expires first; it may have expired. */
  | { kind: 'certificate_expires'; config: NamedConfig; expiresAt: Date; isExpired: boolean }
  /** Further items of a kind that has too many to list. */
  | { kind: 'more'; of: ListedAttention; count: number };

/** `error`: mail is not sent; `warning`: some mail was not sent, or soon may not be; `info`: nothing has to be done now. */
export type Severity = 'error' | 'warning' | 'info';

/** Returns how serious something is that needs attention. */
export function severityOf(item: { kind: Attention['kind']; of?: ListedAttention; isExpired?: boolean }): Severity {
  switch (item.of ?? item.kind) {
    case 'failed':
    case 'failed_late':
    case 'partially_sent':
    case 'test_failed':
      return 'warning';
    case 'certificate_expires':
      return item.isExpired ? 'error' : 'warning';
    case 'login_warning':
    case 'recovered':
      return 'info';
    default:
      return 'error';
  }
}

/** The overview, the panel's first page. */
export interface MailOverview {
  /** The database's time, in milliseconds since 1970. */
  at: number;
  /** The time at which it was read, by the clock of this process. */
  readAt: number;
  /** The start of the last 24 hours, which begin and end with an hour of the reader. */
  day: number;
  /** The oldest first; slots without mail are left out. */
  traffic: TrafficSlot[];
  /** The number of messages that are not final, whatever the reason. */
  waiting: number;
  oldest: OldestWaiting | null;
  /** Everything that needs attention, the most serious first. */
  attention: Attention[];
  /** The number of enabled configurations that were neither used nor tested, so that nothing is known about them. */
  untested: number;
  /** Failing ones first. */
  configs: OverviewConfig[];
  /** Total number of configurations. */
  configured: number;
}
