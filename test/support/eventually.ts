import { setTimeout as pause } from 'node:timers/promises';

/** Nothing moves any more when the failure stays the same for so long. */
const STILL_MS = 30_000;
/** Below the time limit of a test, which could not say what was expected. */
const LIMIT_MS = 100_000;

/**
 * Tries until `work` no longer throws, and gives what it gave. As long as its failures change, something is under way:
 * a loaded machine is given its time.
 * @throws what the last try threw
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
