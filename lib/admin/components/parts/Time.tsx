import React, { useEffect, useState } from 'react';
import { exactTime, relativeTime } from '../model/relative-time.js';
import VisuallyHidden from './VisuallyHidden.js';

const EVERY_MS = 30_000;

/** A time as its age. Hover and screen readers get the exact time. */
export default function Time({ at, locale }: { at: string; locale: string }): React.ReactElement {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const exact = exactTime(at, locale);
  return (
    <time dateTime={at} title={exact}>
      {relativeTime(at, Math.max(now, Date.parse(at)), locale)}
      <VisuallyHidden> ({exact})</VisuallyHidden>
    </time>
  );
}
