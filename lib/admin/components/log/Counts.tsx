import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { MessageStatus } from '../../../shared/mail-log.js';
import { focusRing, mutedTone, quietSurface, readOnlyTone } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';

const CHIPS: { count: string; status: MessageStatus; isAlways: boolean }[] = [
  { count: 'queued', status: 'queued', isAlways: true },
  { count: 'sending', status: 'sending', isAlways: false },
  { count: 'sentToday', status: 'sent', isAlways: true },
  { count: 'failed', status: 'failed', isAlways: true },
  { count: 'held', status: 'held', isAlways: false },
  { count: 'unknown', status: 'unknown', isAlways: false },
];

const List = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  & button {
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
    border: 1px solid ${themeGet('colors', 'border')};
    border-radius: 999px;
    background: ${quietSurface};
    color: ${mutedTone};
    font: inherit;
    cursor: pointer;
  }
  & button[aria-pressed='true'] {
    border-color: ${readOnlyTone};
    color: ${readOnlyTone};
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & button:focus-visible {
    ${focusRing}
  }
`;

interface Props {
  texts: Texts;
  /** Undefined while they are loading. */
  counts: Record<string, number> | undefined;
  status: string;
  onStatus: (status: string) => void;
}

/** Message counts by status. Pressing one filters the list; pressing it again shows all. */
export default function Counts({ texts, counts, status, onStatus }: Props): React.ReactElement {
  const number = new Intl.NumberFormat(texts.locale);
  const shown = CHIPS.filter((chip) => chip.isAlways || status === chip.status || (counts?.[chip.count] ?? 0) > 0);
  return (
    <List aria-label={texts.t('counts')}>
      {shown.map((chip) => (
        <li key={chip.count}>
          <button
            type="button"
            data-count={chip.count}
            aria-pressed={status === chip.status}
            onClick={() => onStatus(status === chip.status ? '' : chip.status)}
          >
            {texts.t(`count_${chip.count}`, { n: counts ? number.format(counts[chip.count] ?? 0) : '…' })}
          </button>
        </li>
      ))}
    </List>
  );
}
