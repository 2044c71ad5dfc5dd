import { beforeEach, describe, expect, it } from '@jest/globals';
import { Pacing } from '../../lib/config/pacing.js';
import { diagnosedError } from '../../lib/transport/failures/diagnoses.js';

const CONFIG = { id: 'one', version: 1 };

describe('Pacing', () => {
  let now: number;
  let pacing: Pacing;
  beforeEach(() => {
    now = 5_000;
    pacing = new Pacing(5_000, () => now);
  });
  const refuse = () =>
    pacing.recordRefused(CONFIG, diagnosedError('rate_limited', {}, { reply: '450 4.7.1 too much mail' }), ['a@b.c']).error;
  /** Takes the turn, as the only process. */
  const takeTurn = () => {
    const turn = pacing.neededTurn(CONFIG);
    if (turn) pacing.beginTurn(CONFIG, turn, now);
  };

  /** Starts messages at a server that takes `limit` a second, as fast as the pacing allows, and returns how many it took and refused. */
  const sendFor = (seconds: number, limit: number): { taken: number; refused: number } => {
    const count = { taken: 0, refused: 0 };
    const recent: number[] = [];
    for (const end = now + seconds * 1_000; now < end; now += 5) {
      takeTurn();
      if (pacing.capacity(CONFIG) <= 0) continue;
      pacing.recordStart(CONFIG);
      while (recent[0]! <= now - 1_000) recent.shift();
      if (recent.length >= limit) {
        refuse();
        count.refused += 1;
        continue;
      }
      recent.push(now);
      pacing.recordAccepted(CONFIG);
      count.taken += 1;
    }
    return count;
  };

  it('limits nothing until a server refuses', () => {
    pacing.recordAccepted(CONFIG);
    expect(pacing.capacity(CONFIG)).toBe(Infinity);
    expect(pacing.rateOf(CONFIG)).toBeUndefined();
    expect(pacing.waitMs()).toBe(Infinity);
  });

  it('pauses a configuration, and says how long', () => {
    expect(refuse()).toMatchObject({ code: 'THROTTLED', reason: 'rate_limited', reply: '450 4.7.1 too much mail', retryAfterMs: 1_000 });
    expect(pacing.capacity(CONFIG)).toBe(0);
    expect(pacing.waitMs()).toBe(1_000);
    expect(pacing.capacity({ id: 'other', version: 1 })).toBe(Infinity);
    now += 1_000;
    takeTurn();
    expect(pacing.capacity(CONFIG)).toBe(Infinity);
  });

  it('does not prolong a pause for messages that were already in flight', () => {
    refuse();
    now += 400;
    expect(refuse().retryAfterMs).toBe(600);
  });

  it.each(['recipient', 'message'])('lets other mail go first after a %s was refused', (phase) => {
    const error = diagnosedError('rate_limited', {}, { reply: '450 4.7.1 too much mail', phase });
    expect(pacing.recordRefused(CONFIG, error, ['a@b.c']).error.retryAfterMs).toBe(2_000);
    now += 1_000;
    takeTurn();
    expect(pacing.capacity(CONFIG)).toBe(Infinity);
  });

  it('pauses for twice as long each time, up to the limit, until a message is accepted', () => {
    const lengths = Array.from({ length: 5 }, () => {
      const { retryAfterMs } = refuse();
      now += retryAfterMs!;
      return retryAfterMs;
    });
    expect(lengths).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
    pacing.recordAccepted(CONFIG);
    expect(refuse().retryAfterMs).toBe(1_000);
  });

  it.each([2, 14, 40])('learns that a server takes %s messages a second, and is then hardly refused', (limit) => {
    sendFor(5, limit);
    const { taken, refused } = sendFor(60, limit);
    expect(taken).toBeGreaterThan(0.8 * 60 * limit);
    expect(refused).toBeLessThan(10);
    const rate = pacing.rateOf(CONFIG)!;
    expect(rate).toBeGreaterThan(0.8 * limit);
    expect(rate).toBeLessThan(1.2 * limit);
  });

  const shareWith = (other: Pacing, { shared }: ReturnType<Pacing['recordRefused']>, since = now): void => {
    const { version, pauseMs, domains, measured, soleMs } = shared!;
    const times = { pausedUntil: now + pauseMs, since, soleUntil: now + soleMs, turnEndsAt: null, now };
    const revisions = { revision: String(now), sinceRevision: String(since) };
    const row = { configId: CONFIG.id, version, pauseMs, domains, connections: null, perMinute: measured!.perMinute };
    other.adopt({ ...row, ...times, ...revisions, isOthersTurn: false });
  };
  const refusal = diagnosedError('rate_limited', {}, { reply: '450 4.7.1 too much mail' });

  it('shares the pause and the rate with other processes, which then take turns', () => {
    const other = new Pacing(5_000, () => now);
    shareWith(other, pacing.recordRefused(CONFIG, refusal, ['a@b.c']));
    expect(other.capacity(CONFIG)).toBe(0);
    expect(other.waitMs()).toBe(1_000);
    now += 1_000;
    // One of them measures the rate.
    const turn = pacing.neededTurn(CONFIG)!;
    expect(turn).toMatchObject({ isSole: true });
    pacing.beginTurn(CONFIG, turn, now);
    other.recordTaken(CONFIG, other.neededTurn(CONFIG)!);
    expect([pacing, other].map((one) => one.capacity(CONFIG))).toEqual([Infinity, 0]);
    expect([pacing, other].map((one) => one.isLeftToOther(CONFIG))).toEqual([false, true]);
    for (let count = 0; count < 20; count++) pacing.recordAccepted(CONFIG);
    shareWith(other, pacing.recordRefused(CONFIG, refusal, ['a@b.c']));
    expect([pacing, other].map((one) => one.rateOf(CONFIG))).toEqual([20, 20]);
    now += 1_000;
    const mine = pacing.neededTurn(CONFIG)!;
    expect(mine).toMatchObject({ isSole: false, messages: 10 });
    other.beginTurn(CONFIG, other.neededTurn(CONFIG)!, now);
    pacing.recordTaken(CONFIG, mine);
    expect([pacing, other].map((one) => one.capacity(CONFIG))).toEqual([0, 2]);
    expect(pacing.waitMs()).toBeCloseTo(500, -1);
    now += 500;
    expect(pacing.neededTurn(CONFIG)).toMatchObject({ isSole: false });
  });

  it('is taken over from a process that died', () => {
    const other = new Pacing(5_000, () => now);
    shareWith(other, pacing.recordRefused(CONFIG, refusal, ['a@b.c']));
    now += 1_000;
    const learned = { since: now - 1_000, perMinute: null, domains: null, connections: 2, revision: 'a', sinceRevision: 'a' };
    const times = { pausedUntil: now, pauseMs: 1_000, soleUntil: now + 120_000, turnEndsAt: now + 5_000, now };
    other.adopt({ configId: CONFIG.id, version: 1, ...learned, ...times, isOthersTurn: true });
    expect(other.neededTurn(CONFIG)).toBeUndefined();
    expect(other.waitMs()).toBe(5_000);
    expect(other.connectionsOf(CONFIG)).toBe(2);
    now += 5_000;
    expect(other.neededTurn(CONFIG)).toMatchObject({ isSole: true });
  });

  it('follows a server that takes less, and one that takes more', () => {
    sendFor(30, 20);
    sendFor(60, 5);
    expect(pacing.rateOf(CONFIG)).toBeLessThan(6);
    sendFor(1_200, 40);
    expect(pacing.rateOf(CONFIG)).toBeGreaterThan(10);
    // Nothing was refused for an hour.
    now += 3_700_000;
    expect(pacing.rateOf(CONFIG)).toBeUndefined();
    expect(pacing.capacity(CONFIG)).toBe(Infinity);
  });

  it('is not slowed down by a refusal after a quiet time', () => {
    sendFor(30, 20);
    const before = pacing.rateOf(CONFIG)!;
    for (const quietMs of [60_000, 300_000]) {
      now += quietMs;
      pacing.recordAccepted(CONFIG);
      refuse();
    }
    expect(pacing.rateOf(CONFIG)).toBeGreaterThan(before * 0.7);
  });

  const refuseRecipient = (address: string) =>
    pacing.recordRefused(CONFIG, diagnosedError('rate_limited', {}, { reply: '450 4.7.1 slow down', phase: 'recipient' }), [address]);
  /** Lets a recipient be refused again and again while other mail is accepted. */
  const refuseOften = (addresses: string[]): void => {
    for (let count = 0; count < 200; count++) {
      refuseRecipient(addresses[count % addresses.length]!);
      now += 2_000;
      for (let accepted = 0; accepted < 50; accepted++) pacing.recordAccepted(CONFIG);
    }
  };

  it('is not slowed down by one domain that limits its own mail', () => {
    refuseOften(['a@b.c', 'd@b.c']);
    expect(pacing.rateOf(CONFIG)).toBeUndefined();
    expect(pacing.capacity(CONFIG)).toBe(Infinity);
    sendFor(30, 20);
    const before = pacing.rateOf(CONFIG)!;
    refuseOften(['a@b.c']);
    expect(pacing.rateOf(CONFIG)).toBeGreaterThan(before * 0.8);
  });

  it('never comes to a standstill', () => {
    refuseOften(['a@b.c', 'a@d.e']);
    expect(pacing.rateOf(CONFIG)).toBeGreaterThanOrEqual(0.5);
    now += 5_000;
    takeTurn();
    expect(pacing.capacity(CONFIG)).toBeGreaterThanOrEqual(1);
  });

  it('knows nothing about a changed configuration', () => {
    sendFor(10, 5);
    expect(pacing.capacity({ id: 'one', version: 2 })).toBe(Infinity);
    // Mail of the older version was still in flight.
    pacing.recordRefused({ id: 'one', version: 2 }, diagnosedError('rate_limited', {}), ['a@b.c']);
    refuse();
    expect(pacing.capacity({ id: 'one', version: 2 })).toBe(0);
  });
});
