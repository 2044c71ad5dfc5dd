import { Icon, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import { type ActiveFilter, activeFilters, type LogFilters } from '../model/log-filters.js';
import { isExactTime } from '../model/periods.js';
import { dayOf, exactTime } from '../model/relative-time.js';
import Button from '../parts/Button.js';
import { focusRing, quietSurface } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';

const List = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  align-items: center;
  margin-top: ${themeGet('space', 'default')};
  & > li {
    max-width: 100%;
  }
  & .chip {
    display: flex;
    gap: ${themeGet('space', 'sm')};
    align-items: center;
    max-width: 100%;
    min-height: 24px;
    padding: 2px ${themeGet('space', 'default')};
    border: 1px solid ${themeGet('colors', 'border')};
    border-radius: ${themeGet('space', 'sm')};
    background: ${quietSurface};
    color: ${themeGet('colors', 'text')};
    font: inherit;
    font-size: ${themeGet('fontSizes', 'sm')};
    cursor: pointer;
  }
  & .chip > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  & .chip > svg {
    flex: none;
  }
  & .chip:focus-visible {
    ${focusRing}
  }
`;

interface Props {
  texts: Texts;
  filters: LogFilters;
  activities: Activity[];
  onChange: (change: LogFilters) => void;
  onClear: () => void;
}

/** The filters in use. Pressing one removes it. */
export default function FilterChips({ texts, filters, activities, onChange, onClear }: Props): React.ReactElement | null {
  const active = activeFilters(filters);
  if (active.length === 0) return null;
  const time = (value: string | undefined): string => {
    if (!value) return '…';
    const at = isExactTime(value) ? value : `${value}T00:00:00`;
    if (Number.isNaN(Date.parse(at))) return value;
    return (isExactTime(value) ? exactTime : dayOf)(at, texts.locale);
  };
  const valueOf = ({ name, value }: ActiveFilter): string => {
    if (name === 'activity') return activities.find(({ key }) => key === value)?.label ?? value;
    if (name === 'reason') return texts.t(`reason_${value}`);
    return name === 'finishedFrom' ? time(value) : value;
  };
  const labelOf = (filter: ActiveFilter): string => {
    const { name, value } = filter;
    if (name === 'status') return texts.label(`status_${value}`);
    if (name !== 'period') return `${texts.property(name)}: ${valueOf(filter)}`;
    return value === 'range' ? `${time(filters.from)} – ${time(filters.to)}` : texts.label(`period_${value}`);
  };
  return (
    <List aria-label={texts.t('filtersActive')}>
      {active.map((filter) => (
        <li key={`${filter.name} ${filter.value}`}>
          <button
            type="button"
            className="chip"
            data-filter={filter.name}
            aria-label={texts.t('removeFilter', { filter: labelOf(filter) })}
            onClick={() => onChange(filter.without)}
          >
            <span>{labelOf(filter)}</span>
            <Icon icon="X" size={12} />
          </button>
        </li>
      ))}
      <li>
        <Button type="button" size="sm" variant="text" onClick={onClear}>
          {texts.button('clearFilter')}
        </Button>
      </li>
    </List>
  );
}
