import { useQueryParams } from 'adminjs';
import { useEffect, useRef, useState } from 'react';
import { startOfDay } from '../model/days.js';
import { isInProgress, readMessage } from '../model/message.js';
import { useResponse } from '../parts/use-response.js';

export const PER_PAGE = 20;
const REFRESH_MS = 15_000;
/**
 * The refresh interval while a message on the page may be sent soon, and until the counts, which the server caches for 5 s, have
 * caught up.
 */
const REFRESH_SOON_MS = 3_000;
const SETTLE_MS = 9_000;

/** The filters of the log in the URL. Days are in the browser's time zone. */
export interface LogFilters {
  status?: string;
  recipients?: string;
  subject?: string;
  activity?: string;
  configName?: string;
  from?: string;
  to?: string;
}

const FIELDS = ['status', 'recipients', 'subject', 'activity', 'configName'] as const;

/** Returns a page of the mail log, reloaded periodically while it is visible. */
export function useLog(resourceId: string) {
  const params = useQueryParams<Record<string, unknown>, LogFilters | undefined>();
  const page = Number(params.page) || 1;
  const filters: LogFilters = params.filters ?? {};
  const matching: Record<string, string> = {};
  for (const field of FIELDS) if (filters[field]) matching[`filters.${field}`] = filters[field];
  const from = filters.from && startOfDay(filters.from);
  const to = filters.to && startOfDay(filters.to, 1);
  if (from) matching['filters.createdAt~~from'] = from;
  if (to) matching['filters.createdAt~~to'] = to;
  const query: Record<string, string> = {
    ...matching,
    page: String(page),
    perPage: String(PER_PAGE),
    sortBy: 'createdAt',
    direction: 'desc',
  };

  /** The time of the last visit or action, after which the server is asked to count again. */
  const actedAt = useRef(performance.now());
  const response = useResponse(resourceId, query, (): Record<string, string> =>
    performance.now() - actedAt.current < SETTLE_MS ? { fresh: 'true' } : {},
  );
  const asked = JSON.stringify(query);
  const [shown, setShown] = useState('');
  if (!response.loading && shown !== asked) setShown(asked);

  const { reload } = response;
  const isMoving = response.response?.records?.some((record) => isInProgress(readMessage(record.params))) ?? false;
  const movedAt = useRef(-SETTLE_MS);
  if (isMoving) movedAt.current = performance.now();
  useEffect(() => {
    let waited = 0;
    const timer = setInterval(() => {
      waited += REFRESH_SOON_MS;
      const since = performance.now() - Math.max(movedAt.current, actedAt.current);
      if (document.visibilityState !== 'visible' || (since > SETTLE_MS && waited < REFRESH_MS)) return;
      waited = 0;
      reload();
    }, REFRESH_SOON_MS);
    return () => clearInterval(timer);
    // The function is new on each render, but equivalent.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [asked]);

  const narrow = (change: LogFilters): void => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...change }).filter(([, value]) => value));
    params.storeParams({ page: '1', filters: next });
  };
  return {
    ...response,
    /** True while another page is loading; false while the same one is reloaded. */
    isChangingPage: response.loading && shown !== asked,
    page,
    filters,
    /** The filters as the server reads them. */
    query: matching,
    /** Reloads the page after an action. */
    refreshSoon: () => {
      actedAt.current = performance.now();
      reload();
    },
    isNarrowed: Object.values(filters).some(Boolean),
    narrow,
    clear: () => params.storeParams({ page: '1', filters: {} }),
    turnTo: (next: number) => params.storeParams({ page: String(next) }),
  };
}
