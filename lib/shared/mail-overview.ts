import type { WaitingReason } from './mail-log.js';
import type { LoginWarning } from './smtp-config.js';
import type { ConfigFacts, ConfigSettings, TargetName } from './config-fields.js';

/**
 * The outcomes of the chart. `sent` reached a server for one recipient at least, `waiting` is queued, held or in flight,
 * `failed` was refused, expired, or may not have arrived. Cancelled mail is none of them.
 */
export type Outcome = 'sent' | 'waiting' | 'failed';

/** Mail that was handed over within a quarter of an hour, by outcome. */
export interface TrafficSlot extends Record<Outcome, number> {
  /** Milliseconds since 1970; a multiple of a quarter of an hour. */
  at: number;
}

/** The message that has been waiting longest, of those whose time has come. */
export interface OldestWaiting {
  id: string;
  since: Date;
  status: 'queued' | 'held';
  /** Null when nothing is known to be in its way. */
  reason: WaitingReason | null;
}

/** A configuration at a glance. */
export interface OverviewConfig
  extends
    Pick<ConfigSettings, 'name' | 'isDefault' | 'enabled' | TargetName>,
    Pick<ConfigFacts, 'id' | 'lastTestStatus' | 'lastTestAt' | 'lastTestError' | 'failingSince' | 'failingError'> {
  loginWarning: LoginWarning | null;
  /** How many messages wait for it. */
  waiting: number;
  /** How many of the last 24 hours left through it. */
  sent: number;
}

type NamedConfig = Pick<OverviewConfig, 'id' | 'name'>;

/** The kinds of attention that come one for each configuration, and may be too many to list. */
export type ListedAttention = 'failing' | 'held_off' | 'test_failed' | 'login_warning' | 'certificate_ends';

/** Something an admin should see to. */
export type Attention =
  | { kind: 'no_config' }
  | { kind: 'all_off' }
  | { kind: 'no_default'; waiting: number }
  | { kind: 'default_off'; config: NamedConfig; waiting: number }
  | { kind: 'failing'; config: NamedConfig; since: Date; error: string; waiting: number }
  | { kind: 'held_off'; config: NamedConfig; waiting: number }
  /** Held for configurations that mail names, or that activities chose, and that do not exist. */
  | { kind: 'held_missing' | 'held_activity_missing'; waiting: number }
  | { kind: 'oldest'; message: OldestWaiting }
  /** How many came to that end in the last 24 hours. */
  | { kind: 'unknown' | 'failed' | 'partially_sent' | 'expired'; count: number }
  | { kind: 'test_failed'; config: NamedConfig; since: Date; error: string }
  | { kind: 'login_warning'; config: NamedConfig; warning: LoginWarning }
  /** The server's as a test last saw it or one of the own CA, whichever expires first; it may have expired. */
  | { kind: 'certificate_ends'; config: NamedConfig; until: Date; isOver: boolean }
  /** More of a kind than are listed one by one. */
  | { kind: 'more'; of: ListedAttention; count: number };

/** What an admin opens first. */
export interface MailOverview {
  /** The database's time, in milliseconds since 1970. */
  at: number;
  /** The oldest first; those without mail are left out. */
  traffic: TrafficSlot[];
  /** How many messages wait, for whatever reason. */
  waiting: number;
  oldest: OldestWaiting | null;
  /** What needs attention, the most serious first. */
  attention: Attention[];
  /** Those in trouble first. */
  configs: OverviewConfig[];
  /** Total number of configurations. */
  configured: number;
}
