import { describe, expect, it } from '@jest/globals';
import { MailboxLimit, MailboxLimits } from '../../lib/transport/graph/mailbox-limit.js';

/** Returns work that runs until it is ended from outside. */
function createWork() {
  const running: (() => void)[] = [];
  let most = 0;
  let count = 0;
  const work = (): Promise<void> =>
    new Promise((resolve) => {
      count += 1;
      most = Math.max(most, count);
      running.push(() => {
        count -= 1;
        resolve();
      });
    });
  return { work, running, most: () => most };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('MailboxLimit', () => {
  it('runs at most four at once, or fewer on request, and the rest in order', async () => {
    for (const [most, expected] of [
      [50, 4],
      [2, 2],
    ] as const) {
      const limit = new MailboxLimit();
      const { work, running, most: reached } = createWork();
      const all = Array.from({ length: 10 }, () => limit.run(most, work));
      while (running.length > 0) {
        running.shift()!();
        await settle();
      }
      await Promise.all(all);
      expect(reached()).toBe(expected);
    }
  });

  it('accepts 30 per minute, and returns when it accepts the next one', async () => {
    let now = 0;
    const limit = new MailboxLimit(() => now);
    const send = () => limit.run(4, async () => undefined);
    for (let i = 0; i < 30; i++) {
      expect(limit.capacity).toBe(30 - i);
      now = i * 1_000;
      await send();
    }
    expect(limit.capacity).toBe(0);
    now = 40_000;
    await expect(send()).rejects.toMatchObject({ code: 'THROTTLED', retryAfterMs: 20_000 });
    now = 60_000;
    expect(limit.capacity).toBe(1);
    await send();
    await expect(send()).rejects.toMatchObject({ code: 'THROTTLED', retryAfterMs: 1_000 });
  });

  it('accepts nothing while it is paused, and a shorter pause does not end a longer one', async () => {
    let now = 0;
    const limit = new MailboxLimit(() => now);
    limit.pause(10_000);
    limit.pause(500);
    now = 4_000;
    expect(limit.capacity).toBe(0);
    await expect(limit.run(4, async () => undefined)).rejects.toMatchObject({ code: 'THROTTLED', retryAfterMs: 6_000 });
    now = 10_000;
    expect(limit.capacity).toBe(30);
  });

  it('continues after work that failed', async () => {
    const limit = new MailboxLimit();
    await expect(limit.run(1, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limit.run(1, async () => 'yes')).toBe('yes');
  });

  it('is shared by all spellings of a mailbox, but not by other mailboxes', () => {
    const limits = new MailboxLimits();
    expect(limits.of('graph', 'Billing@Contoso.com')).toBe(limits.of('graph', 'billing@contoso.com'));
    expect(limits.of('graph', 'billing@contoso.com')).not.toBe(limits.of('graph', 'other@contoso.com'));
  });
});
