import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { CONFIG_HEALTHS, CONFIG_TYPES } from '../../../shared/config-fields.js';
import { focusRing } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';
import type { ListFilters } from './use-list.js';

const CHOICES = {
  health: CONFIG_HEALTHS,
  type: CONFIG_TYPES,
} as const;

const Selects = styled.div`
  display: flex;
  gap: ${themeGet('space', 'default')};
  max-width: 100%;
  margin-right: auto;
  & > select {
    min-width: 0;
    min-height: 34px;
    background: ${themeGet('colors', 'container')};
    color: ${themeGet('colors', 'text')};
  }
  & > select:focus-visible {
    ${focusRing}
  }
`;

interface Props {
  texts: Texts;
  filters: ListFilters;
  onChange: (change: ListFilters) => void;
}

/** Filters the list by health and by type. */
export default function QuickFilters({ texts, filters, onChange }: Props): React.ReactElement {
  return (
    <Selects>
      {(['health', 'type'] as const).map((name) => (
        <Input
          key={name}
          as="select"
          id={`filter-${name}`}
          aria-label={texts.t(`filter_${name}`)}
          value={filters[name] ?? ''}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange({ [name]: event.target.value })}
        >
          <option value="">{texts.t(`filter_${name}_any`)}</option>
          {CHOICES[name].map((value) => (
            <option key={value} value={value}>
              {texts.label(`${name}_${value}`)}
            </option>
          ))}
        </Input>
      ))}
    </Selects>
  );
}
