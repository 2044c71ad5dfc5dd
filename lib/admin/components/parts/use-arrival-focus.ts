import { useEffect } from 'react';
import { focusField } from './focus-field.js';

let awaited: string | undefined;

/** Sets the element to focus on the next page of the panel, because navigation loses the focus. */
export function focusOnArrival(selector: string): void {
  awaited = selector;
}

/** Focuses the element that the previous page set, once this page is rendered. */
export function useArrivalFocus(): void {
  useEffect(() => {
    // A link can also name a field: `…/edit#port`.
    const field = /^#(\w+)$/.exec(awaited ?? window.location.hash)?.[1];
    if (field) focusField(field);
    else if (awaited) document.querySelector<HTMLElement>(`[data-smtp-screen] :is(${awaited})`)?.focus();
    awaited = undefined;
  }, []);
}
