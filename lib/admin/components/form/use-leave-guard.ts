import { useEffect, useState } from 'react';

/**
 * Keeps unsaved work from being lost: the browser asks before the page is closed, and a link inside the panel is held
 * back until the returned `leave` is called. `ask` says whether a question is open.
 */
export function useLeaveGuard(dirty: boolean): { asking: boolean; leave: () => void; stay: () => void } {
  const [link, setLink] = useState<HTMLElement | null>(null);
  const [leaving, setLeaving] = useState(false);
  const active = dirty && !leaving;

  useEffect(() => {
    if (!active) return undefined;
    const onUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    const onClick = (event: MouseEvent): void => {
      const target = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
      if (
        !target ||
        target.target === '_blank' ||
        event.ctrlKey ||
        event.metaKey ||
        event.shiftKey ||
        target.getAttribute('href')?.startsWith('#')
      )
        return;
      event.preventDefault();
      event.stopPropagation();
      setLink(target);
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
    };
  }, [active]);

  // The link is followed once the guard is off.
  useEffect(() => {
    if (leaving && link) link.click();
  }, [leaving, link]);

  return { asking: link !== null && !leaving, leave: () => setLeaving(true), stay: () => setLink(null) };
}
