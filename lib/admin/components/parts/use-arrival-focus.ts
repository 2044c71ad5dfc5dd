import { useEffect, type RefObject } from 'react';

let awaited: string | undefined;

/** Names what gets the focus once the next page of the panel stands: going there drops it. */
export function focusOnArrival(selector: string): void {
  awaited = selector;
}

/** Gives the focus to what the page before named, once this one stands. */
export function useArrivalFocus(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (awaited) page.current?.querySelector<HTMLElement>(awaited)?.focus();
    awaited = undefined;
  }, [page]);
}
