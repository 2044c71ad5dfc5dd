import { Icon, Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import { activeFilters, type LogFilters, statusesIn, statusList } from '../model/log-filters.js';
import { isExactTime, PERIOD_NAMES, periodOf } from '../model/periods.js';
import { localTime } from '../model/relative-time.js';
import Button from '../parts/Button.js';
import ConfigSelect from '../parts/ConfigSelect.js';
import DelayedInput from '../parts/DelayedInput.js';
import { focusRing } from '../parts/tones.js';
import { useConfigs } from '../parts/use-configs.js';
import type { Texts } from '../parts/use-texts.js';
import StatusFilter from './StatusFilter.js';

const Panel = styled.form`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  align-items: flex-start;
  margin-top: ${themeGet('space', 'lg')};
  & input:not([type='checkbox']),
  & select {
    box-sizing: border-box;
    width: 100%;
    min-height: 34px;
    background: ${themeGet('colors', 'container')};
    color: ${themeGet('colors', 'text')};
  }
  & input:not([type='checkbox']):focus-visible,
  & select:focus-visible {
    ${focusRing}
  }
  & > .search {
    flex: 2 1 240px;
  }
  & > .fold {
    display: none;
  }
  & > .choices {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(130px, 1fr));
    flex: 4 1 560px;
    gap: ${themeGet('space', 'default')};
    min-width: 0;
  }
  & .range {
    display: flex;
    flex-wrap: wrap;
    grid-column: 1 / -1;
    gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  }
  & .range > label {
    display: flex;
    gap: ${themeGet('space', 'default')};
    align-items: center;
  }
  & .range input {
    width: auto;
  }
  @media (max-width: 768px) {
    & > .search {
      flex-basis: 100%;
    }
    & > .fold {
      display: inline-flex;
      align-items: center;
    }
    & > .choices {
      flex-basis: 100%;
      grid-template-columns: repeat(auto-fit, minmax(min(150px, 100%), 1fr));
    }
    & > .choices:not([data-open]) {
      display: none;
    }
  }
`;

interface Props {
  texts: Texts;
  filters: LogFilters;
  activities: Activity[];
  onChange: (change: LogFilters) => void;
}

/** The search and the filters of the log. Narrow screens fold the filters and show how many are in use. */
export default function Filters({ texts, filters, activities, onChange }: Props): React.ReactElement {
  const configs = useConfigs();
  const [isOpen, setOpen] = useState(false);
  const period = periodOf(filters);
  const used = activeFilters(filters).length;
  const choices = {
    period: PERIOD_NAMES.map((value) => ({ value, label: texts.label(`period_${value}`) })),
    activity: activities.map(({ key, label }) => ({ value: key, label })),
  };
  const select = (name: 'period' | 'activity', value = '', any: string): React.ReactElement => (
    <Input
      as="select"
      id={`filter-${name}`}
      aria-label={texts.property(name)}
      value={value}
      onChange={({ target }: React.ChangeEvent<HTMLInputElement>) =>
        onChange(name === 'period' ? { period: target.value, from: '', to: '' } : { [name]: target.value })
      }
    >
      <option value="">{any}</option>
      {value !== '' && !choices[name].some((choice) => choice.value === value) && <option value={value}>{value}</option>}
      {choices[name].map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </Input>
  );
  // A day, or the exact time of a link.
  const time = (name: 'from' | 'to'): React.ReactElement => {
    const isExact = isExactTime(filters[name] || undefined);
    const read = (value: string): string => (isExact && value ? new Date(value).toISOString() : value);
    return (
      <label htmlFor={`filter-${name}`}>
        {texts.property(name === 'from' ? 'periodFrom' : 'periodTo')}
        <Input
          type={isExact ? 'datetime-local' : 'date'}
          id={`filter-${name}`}
          value={isExact ? localTime(filters[name]!) : (filters[name] ?? '')}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange({ period: 'range', [name]: read(event.target.value) })}
        />
      </label>
    );
  };
  return (
    <Panel role="search" aria-label={texts.t('filters')} onSubmit={(event: React.FormEvent) => event.preventDefault()}>
      <div className="search">
        <DelayedInput
          id="filter-search"
          aria-label={texts.t('searchLabel')}
          placeholder={texts.t('searchLabel')}
          autoComplete="off"
          value={filters.search ?? ''}
          onChange={(search) => onChange({ search })}
        />
      </div>
      <Button
        className="fold"
        type="button"
        variant="outlined"
        aria-expanded={isOpen}
        aria-controls="log-filters"
        onClick={() => setOpen(!isOpen)}
      >
        <Icon icon="Filter" />
        {used > 0 ? texts.t('filtersUsed', { count: used }) : texts.button('filter')}
      </Button>
      <div className="choices" id="log-filters" data-open={isOpen || undefined}>
        <StatusFilter texts={texts} statuses={statusesIn(filters)} onChange={(statuses) => onChange({ status: statusList(statuses) })} />
        {select('period', period, texts.t('anyTime'))}
        {select('activity', filters.activity, texts.t('anyActivity'))}
        <div>
          <ConfigSelect
            texts={texts}
            control={{
              id: 'filter-configName',
              name: 'configName',
              'aria-label': texts.property('configName'),
            }}
            configs={configs}
            by="name"
            value={filters.configName ?? ''}
            valueLabel={filters.configName}
            onChange={(configName) => onChange({ configName })}
          >
            <option value="">{texts.t('anyConfig')}</option>
          </ConfigSelect>
        </div>
        {period === 'range' && (
          <div className="range">
            {time('from')}
            {time('to')}
          </div>
        )}
      </div>
    </Panel>
  );
}
