import { beforeEach, describe, expect, it } from '@jest/globals';
import { ThrottlePauses } from '../../lib/config/throttle-pauses.js';
import { diagnosedError } from '../../lib/transport/failures/diagnoses.js';

const CONFIG = { id: 'one' };

describe('ThrottlePauses', () => {
  let now = 0;
  let pauses: ThrottlePauses;
  beforeEach(() => {
    now = 0;
    pauses = new ThrottlePauses(5_000, () => now);
  });
  const pause = () => pauses.pause(CONFIG, diagnosedError('rate_limited', {}, { reply: '450 4.7.1 too much mail' }));

  it('pauses a configuration, and says how long', () => {
    expect(pause()).toMatchObject({ code: 'THROTTLED', reason: 'rate_limited', reply: '450 4.7.1 too much mail', retryAfterMs: 1_000 });
    expect(pauses.isPaused(CONFIG)).toBe(true);
    expect(pauses.isPaused({ id: 'other' })).toBe(false);
    now = 1_000;
    expect(pauses.isPaused(CONFIG)).toBe(false);
  });

  it('does not prolong a pause for messages that were already in flight', () => {
    pause();
    now = 400;
    expect(pause().retryAfterMs).toBe(600);
  });

  it.each(['recipient', 'message'])('lets other mail go first after a %s was refused', (phase) => {
    const error = diagnosedError('rate_limited', {}, { reply: '450 4.7.1 too much mail', phase });
    expect(pauses.pause(CONFIG, error).retryAfterMs).toBe(2_000);
    now = 1_000;
    expect(pauses.isPaused(CONFIG)).toBe(false);
  });

  it('pauses for twice as long each time, up to the limit, until a message is accepted', () => {
    const lengths = Array.from({ length: 5 }, () => {
      const { retryAfterMs } = pause();
      now += retryAfterMs!;
      return retryAfterMs;
    });
    expect(lengths).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
    pauses.recordAccepted(CONFIG);
    expect(pause().retryAfterMs).toBe(1_000);
  });
});
