import type { SmtpConfigView } from '../config/smtp-config.input.js';
import type { LoginWarning } from '../config/login-warning.js';
import type { MessageStatus } from './smtp-message.entity.js';
import type { WaitingReason } from './mail-log.view.js';

/** How long a slot of the traffic is, in milliseconds: the hours and days of every time zone begin where one begins. */
export const SLOT_MS = 900_000;

/**
 * What the chart tells apart. `sent` reached a server for one recipient at least, `waiting` is queued, held or in hand,
 * `failed` was refused, ran out of time, or may not have arrived. Cancelled mail is none of them.
 */
export type Outcome = 'sent' | 'waiting' | 'failed';

/** The outcome a status counts as. */
export const OUTCOMES: Record<MessageStatus, Outcome | null> = {
  sent: 'sent',
  partially_sent: 'sent',
  queued: 'waiting',
  sending: 'waiting',
  held: 'waiting',
  failed: 'failed',
  expired: 'failed',
  unknown: 'failed',
  cancelled: null,
};

/** Mail that was handed over within {@link SLOT_MS} of a time, by what has become of it. */
export interface TrafficSlot extends Record<Outcome, number> {
  /** Milliseconds since 1970; a multiple of {@link SLOT_MS}. */
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
export interface OverviewConfig extends Pick<
  SmtpConfigView,
  | 'id'
  | 'name'
  | 'isDefault'
  | 'enabled'
  | 'type'
  | 'host'
  | 'port'
  | 'security'
  | 'username'
  | 'lastTestStatus'
  | 'lastTestAt'
  | 'lastTestError'
  | 'failingSince'
  | 'failingError'
  | 'loginWarning'
> {
  /** How many messages wait for it. */
  waiting: number;
  /** How many of the last 24 hours left through it. */
  sent: number;
}

type Which = Pick<SmtpConfigView, 'id' | 'name'>;

/** Something an admin should see to. */
export type Attention =
  | { kind: 'no_config' }
  | { kind: 'all_off' }
  | { kind: 'no_default'; waiting: number }
  | { kind: 'default_off'; config: Which; waiting: number }
  | { kind: 'failing'; config: Which; since: Date; error: string; waiting: number }
  | { kind: 'held_off'; config: Which; waiting: number }
  /** Held for configurations that mail names, or that activities chose, and that do not exist. */
  | { kind: 'held_missing' | 'held_activity_missing'; waiting: number }
  | { kind: 'oldest'; message: OldestWaiting }
  /** How many came to that end in the last 24 hours. */
  | { kind: 'unknown' | 'failed' | 'partially_sent' | 'expired'; count: number }
  | { kind: 'test_failed'; config: Which; since: Date; error: string }
  | { kind: 'login_warning'; config: Which; warning: LoginWarning }
  /** The server's as a test last saw it or one of the own CA, whichever ends first; it may be over. */
  | { kind: 'certificate_ends'; config: Which; until: Date; isOver: boolean }
  /** More of a kind than are listed one by one. */
  | { kind: 'more'; of: 'failing' | 'held_off' | 'test_failed' | 'login_warning' | 'certificate_ends'; count: number };

/** What an admin opens first. */
export interface MailOverview {
  /** The database's time, in milliseconds since 1970. */
  at: number;
  /** The oldest first; those without mail are left out. */
  traffic: TrafficSlot[];
  /** How many messages wait, for whatever reason. */
  waiting: number;
  oldest: OldestWaiting | null;
  /** What needs attention, the gravest first. */
  attention: Attention[];
  /** Those in trouble first. */
  configs: OverviewConfig[];
  /** How many configurations there are altogether. */
  configured: number;
}
