import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import { OUTCOME_STATUSES } from '../../../shared/mail-counts.js';
import { BLOCKED, MESSAGE_STATUSES, type MessageStatus } from '../../../shared/mail-log.js';
import { isExactTime, type LogFilters, statusList } from '../model/log-filters.js';
import { localTime } from '../model/relative-time.js';
import Button from '../parts/Button.js';
import ConfigSelect from '../parts/ConfigSelect.js';
import DelayedInput from '../parts/DelayedInput.js';
import Field from '../parts/Field.js';
import { quietSurface } from '../parts/tones.js';
import { useConfigs } from '../parts/use-configs.js';
import type { Texts } from '../parts/use-texts.js';

const Panel = styled.form`
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(200px, 100%), 1fr));
  gap: 0 ${themeGet('space', 'lg')};
  align-items: start;
  margin-top: ${themeGet('space', 'lg')};
  padding: ${themeGet('space', 'lg')} ${themeGet('space', 'lg')} 0;
  border-radius: ${themeGet('space', 'sm')};
  background: ${quietSurface};
  & input {
    background: ${themeGet('colors', 'container')};
  }
  & > button {
    align-self: center;
    justify-self: start;
  }
`;

interface Props {
  texts: Texts;
  filters: LogFilters;
  activities: Activity[];
  isNarrowed: boolean;
  onChange: (change: LogFilters) => void;
  onClear: () => void;
}

/** Lists statuses with a value each: one status, all of an outcome, and the current value if it is something else. */
function statusChoices(current: string | undefined, texts: Texts): { value: string; label: string }[] {
  const list = new Intl.ListFormat(texts.locale, { type: 'disjunction' });
  const labelOf = (value: string): string =>
    list.format(value.split(',').map((status) => texts.label(`status_${status as MessageStatus}`)));
  const values = new Set([...Object.values(OUTCOME_STATUSES).map(statusList), ...MESSAGE_STATUSES, ...(current ? [current] : [])]);
  return [...values].map((value) => ({ value, label: labelOf(value) }));
}

/** The filters of the log. */
export default function Filters({ texts, filters, activities, isNarrowed, onChange, onClear }: Props): React.ReactElement {
  const configs = useConfigs();
  const choices = {
    status: statusChoices(filters.status, texts),
    reason: BLOCKED.map((value) => ({ value, label: texts.t(`reason_${value}`) })),
    activity: activities.map(({ key, label }) => ({ value: key, label })),
  };
  const select = (name: 'status' | 'reason' | 'activity'): React.ReactElement => (
    <Field name={name} id={`filter-${name}`} label={texts.property(name)}>
      {(control) => (
        <Input
          {...control}
          as="select"
          value={filters[name] ?? ''}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange({ [name]: event.target.value })}
        >
          <option value="">{texts.t('any')}</option>
          {choices[name].map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Input>
      )}
    </Field>
  );
  const text = (name: 'recipients' | 'subject'): React.ReactElement => (
    <Field name={name} id={`filter-${name}`} label={texts.property(name)}>
      {(control) => <DelayedInput {...control} value={filters[name] ?? ''} onChange={(value) => onChange({ [name]: value })} />}
    </Field>
  );
  // A day, or the exact time of a link.
  const time = (name: 'from' | 'to' | 'finishedFrom'): React.ReactElement => {
    const isExact = isExactTime(filters[name]);
    const read = (value: string): string => (isExact && value ? new Date(value).toISOString() : value);
    return (
      <Field name={name} id={`filter-${name}`} label={texts.property(name)}>
        {(control) => (
          <Input
            {...control}
            type={isExact ? 'datetime-local' : 'date'}
            value={isExact ? localTime(filters[name]!) : (filters[name] ?? '')}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange({ [name]: read(event.target.value) })}
          />
        )}
      </Field>
    );
  };
  return (
    <Panel id="log-filters" role="search" aria-label={texts.t('filters')} onSubmit={(event: React.FormEvent) => event.preventDefault()}>
      {select('status')}
      {text('recipients')}
      {text('subject')}
      {select('activity')}
      <Field name="configName" id="filter-configName" label={texts.property('configName')}>
        {(control) => (
          <ConfigSelect
            texts={texts}
            control={control}
            configs={configs}
            by="name"
            value={filters.configName ?? ''}
            valueLabel={filters.configName}
            onChange={(configName) => onChange({ configName })}
          >
            <option value="">{texts.t('any')}</option>
          </ConfigSelect>
        )}
      </Field>
      {select('reason')}
      {time('from')}
      {time('to')}
      {filters.finishedFrom && time('finishedFrom')}
      {isNarrowed && (
        <Button type="button" size="sm" variant="text" onClick={onClear}>
          {texts.button('clearFilter')}
        </Button>
      )}
    </Panel>
  );
}
