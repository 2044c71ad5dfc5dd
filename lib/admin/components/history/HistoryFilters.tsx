import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { AUDIT_ACTIONS, AUDIT_RECORD_TYPES } from '../../../shared/audit.js';
import { PERIOD_NAMES, periodOf } from '../model/periods.js';
import Button from '../parts/Button.js';
import DelayedInput from '../parts/DelayedInput.js';
import Field from '../parts/Field.js';
import { quietSurface } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';
import type { HistoryFilters } from './use-history.js';

const Panel = styled.form`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(144px, 100%), 1fr));
  gap: 0 ${themeGet('space', 'lg')};
  align-items: start;
  padding: ${themeGet('space', 'lg')} ${themeGet('space', 'lg')} 0;
  border-radius: ${themeGet('space', 'sm')};
  background: ${quietSurface};
  & input {
    background: ${themeGet('colors', 'container')};
  }
  & > div {
    margin-bottom: ${themeGet('space', 'lg')};
  }
  & > button {
    align-self: center;
    justify-self: start;
    margin-bottom: ${themeGet('space', 'lg')};
  }
`;

interface Props {
  texts: Texts;
  filters: HistoryFilters;
  isSingle: boolean;
  isNarrowed: boolean;
  onChange: (change: HistoryFilters) => void;
  onClear: () => void;
}

/** The filters of the change history. */
export default function Filters({ texts, filters, isSingle, isNarrowed, onChange, onClear }: Props): React.ReactElement {
  const types = AUDIT_RECORD_TYPES.filter((type) => type !== 'activity' || !isSingle);
  const choices = {
    recordType: types.map((value) => ({ value, label: texts.label(`record_${value}`) })),
    action: AUDIT_ACTIONS.map((value) => ({ value, label: texts.label(`action_${value}`) })),
    period: PERIOD_NAMES.map((value) => ({ value, label: texts.label(`period_${value}`) })),
  };
  const values = { ...filters, period: periodOf(filters) };
  const ofAll = { recordType: texts.t('any'), action: texts.t('any'), period: texts.t('anyTime') };
  const select = (name: keyof typeof choices): React.ReactElement => (
    <Field name={name} id={`filter-${name}`} label={texts.property(name)}>
      {(control) => (
        <Input
          {...control}
          as="select"
          value={values[name] ?? ''}
          onChange={({ target }: React.ChangeEvent<HTMLInputElement>) =>
            onChange(name === 'period' ? { period: target.value, from: '', to: '' } : { [name]: target.value })
          }
        >
          <option value="">{ofAll[name]}</option>
          {choices[name].map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Input>
      )}
    </Field>
  );
  const text = (name: 'person' | 'record', placeholder?: string): React.ReactElement => (
    <Field name={name} id={`filter-${name}`} label={texts.property(name)}>
      {(control) => (
        <DelayedInput
          {...control}
          placeholder={placeholder}
          title={filters[name]}
          value={filters[name] ?? ''}
          onChange={(value) => onChange({ [name]: value })}
        />
      )}
    </Field>
  );
  const day = (name: 'from' | 'to'): React.ReactElement => (
    <Field name={name} id={`filter-${name}`} label={texts.property(name)}>
      {(control) => (
        <Input
          {...control}
          type="date"
          value={filters[name] ?? ''}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange({ period: 'range', [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Panel role="search" aria-label={texts.t('filters')} onSubmit={(event: React.FormEvent) => event.preventDefault()}>
      {text('person')}
      {select('recordType')}
      {text('record', texts.t('help_record'))}
      {select('action')}
      {select('period')}
      {values.period === 'range' && (
        <>
          {day('from')}
          {day('to')}
        </>
      )}
      {isNarrowed && (
        <Button type="button" size="sm" variant="text" onClick={onClear}>
          {texts.button('clearFilter')}
        </Button>
      )}
    </Panel>
  );
}
