import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import { MESSAGE_STATUSES } from '../../../shared/mail-log.js';
import Button from '../parts/Button.js';
import ConfigSelect from '../parts/ConfigSelect.js';
import DelayedInput from '../parts/DelayedInput.js';
import Field from '../parts/Field.js';
import { quietSurface } from '../parts/tones.js';
import { useConfigs } from '../parts/use-configs.js';
import type { Texts } from '../parts/use-texts.js';
import type { LogFilters } from './use-log.js';

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

/** The filters of the log. */
export default function Filters({ texts, filters, activities, isNarrowed, onChange, onClear }: Props): React.ReactElement {
  const configs = useConfigs();
  const choices = {
    status: MESSAGE_STATUSES.map((value) => ({ value, label: texts.label(`status_${value}`) })),
    activity: activities.map(({ key, label }) => ({ value: key, label })),
  };
  const select = (name: 'status' | 'activity'): React.ReactElement => (
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
  const day = (name: 'from' | 'to'): React.ReactElement => (
    <Field name={name} id={`filter-${name}`} label={texts.property(name)}>
      {(control) => (
        <Input
          {...control}
          type="date"
          value={filters[name] ?? ''}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
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
      {day('from')}
      {day('to')}
      {isNarrowed && (
        <Button type="button" size="sm" variant="text" onClick={onClear}>
          {texts.button('clearFilter')}
        </Button>
      )}
    </Panel>
  );
}
