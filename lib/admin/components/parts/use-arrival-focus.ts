import { useEffect, type RefObject } from 'react';
import { focusField } from './focus-field.js';

let awaited: string | undefined;

/** Names what gets the focus once the next page of the panel stands: going there drops it. */
export function focusOnArrival(selector: string): void {
  awaited = selector;
}

/** Gives the focus to what the page before named, once this one stands. */
export function useArrivalFocus(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    // A link may name a field, too: `…/edit#port`.
    const field = /^#(\w+)$/.exec(awaited ?? window.location.hash)?.[1];
    if (field) focusField(field);
    else if (awaited) page.current?.querySelector<HTMLElement>(awaited)?.focus();
    awaited = undefined;
  }, [page]);
}
