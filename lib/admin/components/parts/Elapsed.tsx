import React, { useEffect, useState } from 'react';
import { formatDuration } from '../model/relative-time.js';

const TICK_MS = 1_000;
/** A wait that is worth showing. */
const LONG = 3;

/** The time since it was first shown, once that is long. Screen readers are not told each second. */
export default function Elapsed({ locale }: { locale?: string }): React.ReactElement | null {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const startedAt = Date.now();
    const timer = setInterval(() => setSeconds(Math.round((Date.now() - startedAt) / 1_000)), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return seconds < LONG ? null : <span aria-hidden="true">{formatDuration(seconds * 1_000, locale)}</span>;
}
