import React, { useEffect, useState } from 'react';
import { relativeSeconds } from '../model/relative-time.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import type { Texts } from '../parts/use-texts.js';
import { clockTime } from './When.js';

/** The longest time that is counted down. */
const COUNTED_SECONDS = 120;

/** The seconds until the next attempt, or its time. Screen readers get the time once, not every second. */
export default function Countdown({ at, texts }: { at: string; texts: Texts }): React.ReactElement {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((Date.parse(at) - now) / 1_000);
  const time = texts.t('nextProbeAt', { time: clockTime(at, texts.locale) });
  if (seconds > COUNTED_SECONDS) return <>{time}</>;
  return (
    <>
      <span aria-hidden="true">
        {seconds > 0 ? texts.t('nextProbeIn', { when: relativeSeconds(seconds, texts.locale) }) : texts.t('nextProbeNow')}
      </span>
      <VisuallyHidden>{time}</VisuallyHidden>
    </>
  );
}
