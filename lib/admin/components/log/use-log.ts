import { useQueryParams } from 'adminjs';
import { useEffect, useRef, useState } from 'react';
import { filterQuery, type LogFilters } from '../model/log-filters.js';
import { isInProgress, readMessage } from '../model/message.js';
import { useResponse } from '../parts/use-response.js';
import { rememberList } from './last-list.js';

export const PER_PAGE = 20;
const REFRESH_MS = 15_000;
/**
 * The refresh interval while a message on the page may be sent soon, and until the counts, which the server caches for 5 s, have
 * caught up.
 */
const REFRESH_SOON_MS = 3_000;
const SETTLE_MS = 9_000;

/** Returns the start of today in the browser's time zone. */
const startOfToday = (): string => new Date(new Date().setHours(0, 0, 0, 0)).toISOString();

/** Returns a page of the mail log, reloaded periodically while it is visible. */
export function useLog(resourceId: string) {
  const params = useQueryParams<Record<string, unknown>, LogFilters | undefined>();
  const page = Number(params.page) || 1;
  const filters: LogFilters = params.filters ?? {};
  const matching = filterQuery(filters);
  const query: Record<string, string> = {
    ...matching,
    page: String(page),
    perPage: String(PER_PAGE),
    sortBy: 'createdAt',
    direction: 'desc',
  };

  /** The time of the last visit or action, after which the server is asked to count again. */
  const actedAt = useRef(performance.now());
  const response = useResponse(resourceId, query, (): Record<string, string> => ({
    today: startOfToday(),
    ...(performance.now() - actedAt.current < SETTLE_MS && { fresh: 'true' }),
  }));
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

  useEffect(() => rememberList(window.location.search), [asked]);

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
    /** Replaces all filters. */
    filterBy: (next: LogFilters) => params.storeParams({ page: '1', filters: next }),
    clear: () => params.storeParams({ page: '1', filters: {} }),
    turnTo: (next: number) => params.storeParams({ page: String(next) }),
  };
}
