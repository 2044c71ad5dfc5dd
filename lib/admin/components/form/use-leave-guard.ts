import { useEffect, useState } from 'react';

/** Handles browser navigation while there are unsaved changes. */
let onHistory: ((event: PopStateEvent) => void) | undefined;
// Registered here and not in the hook, because the window calls its listeners in the order of their registration, and this file is
// loaded before the router starts listening.
window.addEventListener('popstate', (event) => onHistory?.(event));

/** Returns the index of the page, which React Router keeps in the history's state. */
function pageOf(state: unknown): number | undefined {
  const { idx } = (state ?? {}) as { idx?: number };
  return idx;
}

/**
 * Protects unsaved changes: the browser asks before the page is closed, and a link within the panel or a step through its history
 * is held back until the returned `leave` is called. `asking` is true while a navigation is held back.
 */
export function useLeaveGuard(dirty: boolean): { asking: boolean; leave: () => void; stay: () => void } {
  /** The navigation that was held back: a link, or a number of pages in the history. */
  const [way, setWay] = useState<HTMLElement | number | null>(null);
  const [leaving, setLeaving] = useState(false);
  const active = dirty && !leaving;

  useEffect(() => {
    if (!active) return undefined;
    const here = pageOf(window.history.state);
    const onUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    const onClick = (event: MouseEvent): void => {
      const target = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
      if (
        !target ||
        target.target === '_blank' ||
        event.ctrlKey ||
        event.metaKey ||
        event.shiftKey ||
        target.getAttribute('href')?.startsWith('#') ||
        // Leads to the same page: the form and its changes stay.
        (target.origin === window.location.origin && target.pathname === window.location.pathname)
      )
        return;
      event.preventDefault();
      event.stopPropagation();
      setWay(target);
    };
    // The browser has already navigated and cannot be stopped. Hides the event from the router and restores the history.
    onHistory = (event) => {
      const there = pageOf(event.state);
      if (here === undefined || there === undefined) return;
      event.stopImmediatePropagation();
      if (there === here) return;
      window.history.go(here - there);
      setWay(there - here);
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      onHistory = undefined;
      document.removeEventListener('click', onClick, true);
    };
  }, [active]);

  // Navigates once the guard is off.
  useEffect(() => {
    if (!leaving || way === null) return;
    if (typeof way === 'number') window.history.go(way);
    else way.click();
  }, [leaving, way]);

  return { asking: way !== null && !leaving, leave: () => setLeaving(true), stay: () => setWay(null) };
}
