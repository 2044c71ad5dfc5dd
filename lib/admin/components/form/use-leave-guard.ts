import { useEffect, useState } from 'react';

/** Handles a step through the history while there are unsaved changes. */
let onHistory: ((event: PopStateEvent) => void) | undefined;
// Here and not in the hook: the window calls its listeners in the order in which they came, and this file is loaded before
// the router starts to listen.
window.addEventListener('popstate', (event) => onHistory?.(event));

/** React Router counts the pages of the panel in the history's state. */
function pageOf(state: unknown): number | undefined {
  const { idx } = (state ?? {}) as { idx?: number };
  return idx;
}

/**
 * Keeps unsaved work from being lost: the browser asks before the page is closed, and a link inside the panel, or a way back
 * or forward in its history, is held back until the returned `leave` is called. `asking` says whether a question is open.
 */
export function useLeaveGuard(dirty: boolean): { asking: boolean; leave: () => void; stay: () => void } {
  /** The destination that was held back: a link, or a number of pages along the history. */
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
        // Leads to where one is: the form stays, and what is typed with it.
        (target.origin === window.location.origin && target.pathname === window.location.pathname)
      )
        return;
      event.preventDefault();
      event.stopPropagation();
      setWay(target);
    };
    // The browser has gone there already and cannot be held. The router hears nothing of it, and the history is put right.
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

  // The way is taken once the guard is off.
  useEffect(() => {
    if (!leaving || way === null) return;
    if (typeof way === 'number') window.history.go(way);
    else way.click();
  }, [leaving, way]);

  return { asking: way !== null && !leaving, leave: () => setLeaving(true), stay: () => setWay(null) };
}
