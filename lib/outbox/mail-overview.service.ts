import { Injectable } from '@nestjs/common';
import type { SmtpConfigView } from '../config/smtp-config.input.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import { AccessPolicy, type Caller } from '../options/access.js';
import { directoryOf, routeOf } from './lane.js';
import { MailLogReader } from './mail-log.reader.js';
import { MailLogStore } from './mail-log.store.js';
import { attentionOf, waitingFor } from './mail-overview.attention.js';
import { MailOverviewStore, type WaitingLane } from './mail-overview.store.js';
import { OUTCOMES } from './mail-overview.view.js';
import { TARGET_NAMES } from '../shared/config-fields.js';
import type { MessageStatus } from '../shared/mail-log.js';
import type { MailOverview, OldestWaiting, OverviewConfig, TrafficSlot } from '../shared/mail-overview.js';

const HOUR_MS = 3_600_000;
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
  'lastSentAt',
  'failingSince',
  'failingError',
  'connectionVersion',
  'loginWarning',
] as const satisfies (keyof OverviewConfig)[];

interface CachedOverview {
  overview: Promise<MailOverview>;
  /** Infinite while it is being read, so that callers share one read. */
  until: number;
}

/** The overview: whether mail is sent, how much of it, and what needs attention. */
@Injectable()
export class MailOverviewService {
  #cached: CachedOverview | undefined;

  constructor(
    private readonly access: AccessPolicy,
    private readonly store: MailOverviewStore,
    private readonly log: MailLogStore,
    private readonly reader: MailLogReader,
    private readonly configs: SmtpConfigStore,
  ) {}

  /**
   * Returns the overview, at most a few seconds old. With `isFresh`, reads it again, for callers that have just changed something.
   * @throws MailError `FORBIDDEN`
   */
  async find(call: Caller = {}, { isFresh = false }: { isFresh?: boolean } = {}): Promise<MailOverview> {
    await this.access.assertCan('view', call);
    if (isFresh || !this.#cached || performance.now() > this.#cached.until) this.#cached = this.startReading();
    return this.#cached.overview;
  }

  private startReading(): CachedOverview {
    const started = performance.now();
    const kept: CachedOverview = { overview: this.load(), until: Infinity };
    kept.overview.then(
      () => {
        const now = performance.now();
        kept.until = now + Math.max(KEEP_MS, KEEP_TIMES * (now - started));
      },
      // A failure is not cached.
      () => (kept.until = -Infinity),
    );
    return kept;
  }

  private async load(): Promise<MailOverview> {
    const now = (await this.log.now()).getTime();
    // Starts where the chart of 24 hours starts, so that the figures agree.
    const dayStart = now - (now % HOUR_MS) - 23 * HOUR_MS;
    const [counts, sentBy, waiting, troubles, configs, choices, configured] = await Promise.all([
      this.store.traffic(now - TRAFFIC_MS),
      this.store.sentBy(dayStart),
      this.store.waiting(),
      this.store.troubles(dayStart),
      this.configs.views({ limit: MAX_CONFIGS }),
      this.configs.choices(),
      this.configs.count(),
    ]);
    const directory = directoryOf(configs, choices);
    const lanes = waiting.map((lane) => ({ ...lane, ...routeOf(lane.lane, directory) }));
    const oldest = await this.oldest(waiting);
    const sorted = configs.toSorted((a, b) => rank(a) - rank(b) || Number(b.isDefault) - Number(a.isDefault));
    return {
      at: now,
      traffic: sumByOutcome(counts),
      waiting: waiting.reduce((sum, { count }) => sum + count, 0),
      oldest,
      attention: attentionOf({ configs: sorted, lanes, oldest, troubles, now }),
      untested: configs.filter(({ health }) => health === 'untested').length,
      configs: sorted.slice(0, MAX_CARDS).map((config) => cardOf(config, waitingFor(config, lanes), sentBy.get(config.name) ?? 0)),
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
    const outcome = OUTCOMES[status];
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

function cardOf(config: SmtpConfigView, waiting: number, sent: number): OverviewConfig {
  const shown = Object.fromEntries(CARD_FIELDS.map((name) => [name, config[name]])) as Pick<SmtpConfigView, (typeof CARD_FIELDS)[number]>;
  return { ...shown, waiting, sent };
}
