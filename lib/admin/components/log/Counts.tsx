import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { type MailLogCounts, OUTCOME_STATUSES } from '../../../shared/mail-counts.js';
import type { Wire } from '../../../shared/wire.js';
import { finishedSince, type LogFilters, statusList, waitingFor } from '../model/log-filters.js';
import { focusRing, mutedTone, quietSurface, readOnlyTone } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';

type Counted = Exclude<keyof MailLogCounts, 'today'>;

/** The counts of all messages with an outcome, each with the part of them that an admin has to decide about. */
const GROUPS: { count: Counted; part?: Counted }[] = [
  { count: 'waiting', part: 'held' },
  { count: 'sentToday' },
  { count: 'failed', part: 'unknown' },
];

const List = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  & > li {
    display: flex;
    border: 1px solid ${themeGet('colors', 'border')};
    border-radius: 999px;
    background: ${quietSurface};
  }
  & button {
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
    border: 0;
    border-radius: 999px;
    background: transparent;
    color: ${mutedTone};
    font: inherit;
    cursor: pointer;
  }
  & button + button {
    padding-left: ${themeGet('space', 'default')};
  }
  & button[aria-pressed='true'] {
    color: ${readOnlyTone};
    font-weight: ${themeGet('fontWeights', 'bold')};
    box-shadow: inset 0 0 0 1px currentColor;
  }
  & button:focus-visible {
    ${focusRing}
  }
`;

interface Props {
  texts: Texts;
  /** Undefined while they are loading. */
  counts: Wire<MailLogCounts> | undefined;
  filters: LogFilters;
  onFilter: (filters: LogFilters) => void;
}

/** Message counts. Pressing one shows exactly the messages that it counts; pressing it again shows all. */
export default function Counts({ texts, counts, filters, onFilter }: Props): React.ReactElement {
  const number = new Intl.NumberFormat(texts.locale);
  const button = (count: Counted): React.ReactElement => {
    const rows = rowsOf(count, counts?.today);
    const isPressed = isSame(rows, filters);
    return (
      <button
        key={count}
        type="button"
        data-count={count}
        aria-pressed={isPressed}
        disabled={!counts}
        onClick={() => onFilter(isPressed ? {} : rows)}
      >
        {texts.t(`count_${count}`, { n: counts ? number.format(counts[count]) : '…' })}
      </button>
    );
  };
  const hasPart = (part: Counted): boolean => (counts?.[part] ?? 0) > 0 || isSame(rowsOf(part, counts?.today), filters);
  return (
    <List aria-label={texts.t('counts')}>
      {GROUPS.map(({ count, part }) => (
        <li key={count}>
          {button(count)}
          {part && hasPart(part) && button(part)}
        </li>
      ))}
    </List>
  );
}

/** Returns the filters for the messages that a count counts. */
function rowsOf(count: Counted, today: string | undefined): LogFilters {
  if (count === 'waiting') return waitingFor();
  if (count === 'sentToday') return today === undefined ? {} : finishedSince(today, ...OUTCOME_STATUSES.sent);
  return { status: count === 'failed' ? statusList(OUTCOME_STATUSES.failed) : count };
}

function isSame(rows: LogFilters, filters: LogFilters): boolean {
  const names = new Set([...Object.keys(rows), ...Object.keys(filters)] as (keyof LogFilters)[]);
  return names.size > 0 && [...names].every((name) => (rows[name] ?? '') === (filters[name] ?? ''));
}
