import type { Params } from './types.js';

/** What has become of mail, as far as the chart tells it apart. */
export const OUTCOMES = ['sent', 'waiting', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Mail that was handed over in a quarter of an hour. */
export interface TrafficSlot extends Record<Outcome, number> {
  at: number;
}

export interface OldestWaiting {
  id: string;
  since: string;
  status: 'queued' | 'held';
  reason: string | null;
}

type Which = { id: string; name: string };

/** The kinds of attention that come one for each configuration, and may be too many to list. */
export type Listed = 'failing' | 'held_off' | 'test_failed' | 'login_warning' | 'certificate_ends';

/** Something to see to, as the server sends it. */
export type Attention =
  | { kind: 'no_config' | 'all_off' }
  | { kind: 'no_default' | 'held_missing' | 'held_activity_missing'; waiting: number }
  | { kind: 'default_off' | 'held_off'; config: Which; waiting: number }
  | { kind: 'failing'; config: Which; since: string; error: string; waiting: number }
  | { kind: 'oldest'; message: OldestWaiting }
  | { kind: 'unknown' | 'failed' | 'partially_sent' | 'expired'; count: number }
  | { kind: 'test_failed'; config: Which; since: string; error: string }
  | { kind: 'login_warning'; config: Which; warning: string }
  | { kind: 'certificate_ends'; config: Which; until: string; isOver: boolean }
  | { kind: 'more'; of: Listed; count: number };

/** A configuration at a glance: some fields of its record, and its figures. */
export interface OverviewConfig extends Params {
  id: string;
  waiting: number;
  sent: number;
}

export interface Overview {
  at: number;
  traffic: TrafficSlot[];
  waiting: number;
  oldest: OldestWaiting | null;
  attention: Attention[];
  configs: OverviewConfig[];
  configured: number;
}

/** The key of a text that is another one for a single thing. */
export const counted = (key: string, count: number): string => (count === 1 ? `${key}One` : key);
