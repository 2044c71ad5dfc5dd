import React, { useEffect, useState } from 'react';
import { exactTime, relativeTime } from '../model/relative-time.js';

const EVERY_MS = 30_000;

/** An exact time, and how long ago or ahead it is. */
export default function ExactTime({ at, locale }: { at: string; locale: string }): React.ReactElement {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at}>
      {exactTime(at, locale)} <small>({relativeTime(at, now, locale)})</small>
    </time>
  );
}
