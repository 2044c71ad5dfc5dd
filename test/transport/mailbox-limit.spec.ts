import { describe, expect, it } from '@jest/globals';
import { MailboxLimit, MailboxLimits } from '../../lib/transport/graph/mailbox-limit.js';

/** Work that ends when it is told to. */
function gate() {
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
  it('runs four at once, fewer when told so, and the rest in their order', async () => {
    for (const [most, expected] of [
      [50, 4],
      [2, 2],
    ] as const) {
      const limit = new MailboxLimit();
      const { work, running, most: reached } = gate();
      const all = Array.from({ length: 10 }, () => limit.run(most, work));
      while (running.length > 0) {
        running.shift()!();
        await settle();
      }
      await Promise.all(all);
      expect(reached()).toBe(expected);
    }
  });

  it('takes 30 in any minute, and says when it takes the next one', async () => {
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

  it('takes nothing while it is paused, and a shorter pause does not end a longer one', async () => {
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

  it('goes on after work that failed', async () => {
    const limit = new MailboxLimit();
    await expect(limit.run(1, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limit.run(1, async () => 'yes')).toBe('yes');
  });

  it('is one for a mailbox, however it is written, and another one for another', () => {
    const limits = new MailboxLimits();
    expect(limits.of('graph', 'Billing@Contoso.com')).toBe(limits.of('graph', 'billing@contoso.com'));
    expect(limits.of('graph', 'billing@contoso.com')).not.toBe(limits.of('graph', 'other@contoso.com'));
  });
});
