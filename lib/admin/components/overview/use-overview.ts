import { useEffect, useMemo, useRef } from 'react';
import { readOverview } from '../model/api.js';
import { useResponse } from '../parts/use-response.js';

const REFRESH_MS = 15_000;
/** The refresh interval after an action, until the action has taken effect. */
const REFRESH_SOON_MS = 3_000;
const SETTLE_MS = 9_000;

/** Returns the minutes after the hours of UTC at which the browser's hours start. */
const hourStart = (): number => ((new Date().getTimezoneOffset() % 60) + 60) % 60;

/** Returns the overview, reloaded periodically while the page is visible. */
export function useOverview(resourceId: string) {
  const actedAt = useRef(-SETTLE_MS);
  const isSettling = (): boolean => performance.now() - actedAt.current < SETTLE_MS;
  const response = useResponse(
    resourceId,
    {},
    (): Record<string, string> => ({ hourStart: String(hourStart()), ...(isSettling() && { fresh: 'true' }) }),
    readOverview,
  );
  const { reload } = response;
  const latest = response.response;
  // The data was that old when it arrived.
  const updatedAt = useMemo(() => (latest ? Date.now() - (latest.ageMs ?? 0) : null), [latest]);
  useEffect(() => {
    let waited = 0;
    const timer = setInterval(() => {
      waited += REFRESH_SOON_MS;
      if (document.visibilityState !== 'visible' || (!isSettling() && waited < REFRESH_MS)) return;
      waited = 0;
      reload();
    }, REFRESH_SOON_MS);
    return () => clearInterval(timer);
    // The functions are new on each render, but equivalent.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  return {
    ...response,
    /** The time of the data by the browser's clock; null before it is loaded. */
    updatedAt,
    /** Reloads the overview after an action. */
    refreshSoon: () => {
      actedAt.current = performance.now();
      reload();
    },
  };
}
