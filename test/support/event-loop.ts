import { readFileSync } from 'node:fs';

const EVERY_MS = 10;

/** Milliseconds this thread was ready to run and waited for a processor: Linux counts them, elsewhere they are unknown. */
function waitedForProcessorMs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Watches the event loop of this process from now on. What a busy machine takes away is not counted as standing still. */
export function watchEventLoop(): { stoodStillMs(longerThanMs: number): number } {
  const lags: number[] = [];
  let at = performance.now();
  let waited = waitedForProcessorMs();
  const look = (): void => {
    const [now, nowWaited] = [performance.now(), waitedForProcessorMs()];
    lags.push(now - at - EVERY_MS - (nowWaited - waited));
    [at, waited] = [now, nowWaited];
  };
  const looking = setInterval(look, EVERY_MS);
  return {
    /** Ends the watch: how long it stood still in all, each time longer than that. */
    stoodStillMs(longerThanMs) {
      clearInterval(looking);
      look();
      return lags.filter((ms) => ms > longerThanMs).reduce((sum, ms) => sum + ms, 0);
    },
  };
}
