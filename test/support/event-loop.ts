import { readFileSync } from 'node:fs';

const EVERY_MS = 10;

/** Returns the time that this thread was ready to run but had no processor. Only Linux reports it; elsewhere it is 0. */
function readProcessorWaitMs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Starts to watch the event loop of this process. Time without a processor is not counted as a stall. */
export function watchEventLoop(): { sumStallsMs(longerThanMs: number): number } {
  const lags: number[] = [];
  let at = performance.now();
  let waited = readProcessorWaitMs();
  const look = (): void => {
    const [now, nowWaited] = [performance.now(), readProcessorWaitMs()];
    lags.push(now - at - EVERY_MS - (nowWaited - waited));
    [at, waited] = [now, nowWaited];
  };
  const looking = setInterval(look, EVERY_MS);
  return {
    /** Stops watching and returns the total of all stalls longer than that. */
    sumStallsMs(longerThanMs) {
      clearInterval(looking);
      look();
      return lags.filter((ms) => ms > longerThanMs).reduce((sum, ms) => sum + ms, 0);
    },
  };
}
