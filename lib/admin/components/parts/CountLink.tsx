import { Link } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';
import type { LogFilters } from '../model/log-filters.js';
import { logUrl } from './use-go.js';

interface Props {
  /** The number of messages. */
  count: number;
  /** Filters for exactly those messages. */
  rows: LogFilters;
  /** Says what the link opens, if its text does not. */
  label?: string;
  children: ReactNode;
}

/** A number of messages that links to them in the mail log, unless there are none. */
export default function CountLink({ count, rows, label, children }: Props): React.ReactElement {
  if (count === 0) return <>{children}</>;
  return (
    <Link href={logUrl(rows)} aria-label={label}>
      {children}
    </Link>
  );
}
