import { setTimeout as pause } from 'node:timers/promises';

/** Gives up when the failure has not changed for this long. */
const STILL_MS = 30_000;
/** Shorter than the time limit of a test, whose error would not say what was expected. */
const LIMIT_MS = 100_000;

/**
 * Retries `work` until it no longer throws, and returns its result. As long as the failure keeps changing, it continues,
 * so that a loaded machine has enough time.
 * @throws the last error of `work`
 */
export async function eventually<T>(work: () => Promise<T> | T): Promise<T> {
  const limit = Date.now() + LIMIT_MS;
  let stillUntil = 0;
  let last = '';
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { message } = error as Error;
      if (message !== last) stillUntil = Date.now() + STILL_MS;
      last = message;
      if (Date.now() > Math.min(limit, stillUntil)) throw error;
      await pause(25);
    }
  }
}
