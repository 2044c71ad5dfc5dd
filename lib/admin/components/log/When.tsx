import React from 'react';
import { exactTime } from '../model/relative-time.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';

/** A time of the clock, with the day when that is not today, and all of it on hover and for screen readers. */
export function clockTime(iso: string, locale: string): string {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale, isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** A time by the clock, with the day when it is not today. */
export default function When({ at, locale }: { at: string; locale: string }): React.ReactElement {
  const exact = exactTime(at, locale);
  return (
    <time dateTime={at} title={exact}>
      {clockTime(at, locale)}
      <VisuallyHidden> ({exact})</VisuallyHidden>
    </time>
  );
}
