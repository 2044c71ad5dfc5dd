import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import DelayedInput from '../parts/DelayedInput.js';
import type { Texts } from '../parts/use-texts.js';

const Box = styled.div`
  max-width: 320px;
  flex: 1 1 260px;
  & > input {
    width: 100%;
    color: ${themeGet('colors', 'text')};
  }
  & > input:focus-visible {
    outline: 2px solid ${themeGet('colors', 'primary100')};
    outline-offset: 1px;
  }
`;

/** Filters the list by name, server and sender while typing. */
export default function FilterBox({
  texts,
  value,
  onFilter,
}: {
  texts: Texts;
  value: string;
  onFilter: (text: string) => void;
}): React.ReactElement {
  return (
    <Box>
      <DelayedInput
        id="filter"
        aria-label={texts.t('filterLabel')}
        placeholder={texts.t('filterLabel')}
        value={value}
        onChange={onFilter}
      />
    </Box>
  );
}
