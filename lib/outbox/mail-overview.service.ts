import { Injectable } from '@nestjs/common';
import type { SmtpConfigView } from '../config/smtp-config.input.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import { AccessPolicy, type Caller } from '../options/access.js';
import { directoryOf, routeOf } from './lane.js';
import { MailLogReader } from './mail-log.reader.js';
import { MailLogStore } from './mail-log.store.js';
import { attentionOf, waitingFor } from './mail-overview.attention.js';
import { MailOverviewStore, type WaitingLane } from './mail-overview.store.js';
import { SharedReads } from './shared-reads.js';
import { TARGET_NAMES } from '../shared/config-fields.js';
import { OUTCOME_STATUSES } from '../shared/mail-counts.js';
import { addCount, type MessageStatus } from '../shared/mail-log.js';
import type { Attention, MailOverview, OldestWaiting, OverviewConfig, TrafficOutcome, TrafficSlot } from '../shared/mail-overview.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOUR_STARTS = [0, 15, 30, 45];
const DAY_MS = 24 * HOUR_MS;
/** Seven days, of which one may have 25 hours. */
const TRAFFIC_MS = 7 * DAY_MS + 2 * HOUR_MS;
/** The maximum age of an overview, which grows so that at most a twentieth of the time is spent on reading it. */
const KEEP_MS = 5_000;
const KEEP_TIMES = 20;
const MAX_CONFIGS = 10_000;
const MAX_CARDS = 12;
/** The fields of the card of a configuration. */
const CARD_FIELDS = [
  'id',
  'name',
  'isDefault',
  'enabled',
  ...TARGET_NAMES,
  'health',
  'lastTestStatus',
  'lastTestAt',
  'lastTestError',
  'lastTestReason',
  'lastTestValues',
  'lastSentAt',
  'failingSince',
  'failingError',
  'failingReason',
  'failingValues',
  'connectionVersion',
  'loginWarning',
] as const satisfies (keyof OverviewConfig)[];

/** The outcome in which each status is counted. */
const OUTCOMES = new Map<MessageStatus, TrafficOutcome>(
  Object.entries(OUTCOME_STATUSES).flatMap(([outcome, statuses]) => statuses.map((status) => [status, outcome as TrafficOutcome])),
);

/** The overview: whether mail is sent, how much of it, and what needs attention. */
@Injectable()
export class MailOverviewService {
  readonly #reads = new SharedReads<MailOverview>((tookMs) => Math.max(KEEP_MS, KEEP_TIMES * tookMs));

  constructor(
    private readonly access: AccessPolicy,
    private readonly store: MailOverviewStore,
    private readonly log: MailLogStore,
    private readonly reader: MailLogReader,
    private readonly configs: SmtpConfigStore,
  ) {}

  /**
   * Returns the overview, at most a few seconds old. With `isFresh`, reads it again, for callers that have just changed something.
   * @param hourStart the minutes after the hours of UTC at which the reader's hours start: 0, 15, 30 or 45. @default 0
   * @throws MailError `FORBIDDEN`
   */
  async find(call: Caller = {}, { isFresh = false, hourStart = 0 }: { isFresh?: boolean; hourStart?: number } = {}): Promise<MailOverview> {
    await this.access.assertCan('view', call);
    if (isFresh) this.#reads.clear();
    const start = HOUR_STARTS.find((minutes) => minutes === hourStart) ?? 0;
    return this.#reads.get(String(start), () => this.load(start * MINUTE_MS));
  }

  private async load(hourStartMs: number): Promise<MailOverview> {
    const readAt = Date.now();
    const now = (await this.log.now()).getTime();
    // Starts where the chart of 24 hours starts, so that the figures agree.
    const day = now - ((now - hourStartMs) % HOUR_MS) - 23 * HOUR_MS;
    const dayStart = new Date(day);
    const [counts, sentBy, failedBy, waiting, failedLate, partiallySent, configs, choices, configured] = await Promise.all([
      this.store.traffic(now - TRAFFIC_MS),
      this.store.sentBy(day),
      this.store.failedBy(day),
      this.store.waiting(),
      this.reader.countAll({ status: OUTCOME_STATUSES.failed, finishedFrom: dayStart, to: dayStart }),
      this.reader.countAll({ status: 'partially_sent', finishedFrom: dayStart }),
      this.configs.views({ limit: MAX_CONFIGS }),
      this.configs.choices(),
      this.configs.count(),
    ]);
    const directory = directoryOf(configs, choices);
    const lanes = waiting.map((lane) => ({ ...lane, ...routeOf(lane.lane, directory) }));
    const oldest = await this.oldest(waiting.filter(({ status }) => status !== 'sending'));
    const sorted = configs.toSorted((a, b) => rank(a) - rank(b) || Number(b.isDefault) - Number(a.isDefault));
    const failedOf = ({ id, name }: SmtpConfigView): number =>
      sumOf(failedBy.filter((group) => (group.lane === null ? group.name === name : routeOf(group.lane, directory).config?.id === id)));
    const failed: Extract<Attention, { kind: 'failed' }>['byStatus'] = {};
    for (const { at, status, count } of counts) {
      if (at >= day && OUTCOMES.get(status) === 'failed') addCount(failed, status as keyof typeof failed, count);
    }
    return {
      at: now,
      readAt,
      day,
      traffic: sumByOutcome(counts),
      waiting: sumOf(waiting),
      oldest,
      attention: attentionOf({
        configs: sorted,
        lanes,
        oldest,
        failed,
        failedLate,
        partiallySent,
        day,
        now,
      }),
      untested: configs.filter(({ health }) => health === 'untested').length,
      configs: sorted.slice(0, MAX_CARDS).map((config) => ({
        ...pickCard(config),
        waiting: waitingFor(config, lanes),
        sent: sentBy.get(config.name) ?? 0,
        failed: failedOf(config),
      })),
      configured,
    };
  }

  private async oldest(lanes: WaitingLane[]): Promise<OldestWaiting | null> {
    const due = lanes.filter(({ dueSince }) => dueSince !== null).toSorted((a, b) => a.dueSince! - b.dueSince!);
    const firstMade = due.map(({ oldestId }) => oldestId!).toSorted()[0];
    const firstDue = due[0] && (await this.store.dueAt(due[0], due[0].dueSince!));
    const deferred = await this.store.oldestDeferred(lanes.filter(({ status }) => status === 'queued').map(({ lane }) => lane));
    const candidates = [...new Set([firstMade, firstDue, deferred])].filter((id) => typeof id === 'string');
    const entries = await this.reader.entries(await this.log.byIds(candidates));
    const waiting = entries
      .filter(({ status }) => status === 'queued' || status === 'held')
      .map(({ id, status, reason, attempts, lastCode, availableAt, createdAt }) => ({
        id,
        status: status as OldestWaiting['status'],
        reason,
        // A scheduled message has been waiting since its scheduled time, unless a server deferred it.
        since: attempts > 0 || lastCode === 'THROTTLED' ? createdAt : availableAt,
      }));
    return waiting.toSorted((a, b) => a.since.getTime() - b.since.getTime())[0] ?? null;
  }
}

function sumByOutcome(counts: { at: number; status: MessageStatus; count: number }[]): TrafficSlot[] {
  const slots = new Map<number, TrafficSlot>();
  for (const { at, status, count } of counts) {
    const outcome = OUTCOMES.get(status);
    if (!outcome) continue;
    const slot = slots.get(at) ?? { at, sent: 0, waiting: 0, failed: 0 };
    slots.set(at, { ...slot, [outcome]: slot[outcome] + count });
  }
  return [...slots.values()].toSorted((a, b) => a.at - b.at);
}

/** Sorts failing configurations first and disabled ones last. */
function rank({ health, loginWarning }: SmtpConfigView): number {
  if (health === 'working' || health === 'untested') return loginWarning ? 2 : 3;
  return { failing: 0, test_failed: 1, disabled: 4 }[health];
}

function pickCard(config: SmtpConfigView): Pick<SmtpConfigView, (typeof CARD_FIELDS)[number]> {
  return Object.fromEntries(CARD_FIELDS.map((name) => [name, config[name]])) as Pick<SmtpConfigView, (typeof CARD_FIELDS)[number]>;
}

const sumOf = (groups: readonly { count: number }[]): number => groups.reduce((sum, { count }) => sum + count, 0);
