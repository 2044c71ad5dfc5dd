import React from 'react';
import { exactTime } from '../model/relative-time.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';

/** Formats a time of day, with the date if it is not today. */
export function clockTime(iso: string, locale: string): string {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale, isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** A time of day, with the date if it is not today. Hover and screen readers get the exact time. */
export default function When({ at, locale }: { at: string; locale: string }): React.ReactElement {
  const exact = exactTime(at, locale);
  return (
    <time dateTime={at} title={exact}>
      {clockTime(at, locale)}
      <VisuallyHidden> ({exact})</VisuallyHidden>
    </time>
  );
}
