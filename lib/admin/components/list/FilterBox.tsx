import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import type { Texts } from '../parts/use-texts.js';

const DELAY_MS = 250;

const Box = styled.div`
  max-width: 320px;
  flex: 1;
  & > input {
    width: 100%;
    color: ${themeGet('colors', 'text')};
  }
  & > input:focus-visible {
    outline: 2px solid ${themeGet('colors', 'primary100')};
    outline-offset: 1px;
  }
`;

/** Narrows the list by name while one types. */
export default function FilterBox({
  texts,
  value,
  onFilter,
}: {
  texts: Texts;
  value: string;
  onFilter: (text: string) => void;
}): React.ReactElement {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout>>();
  // The filter was cleared, or one went back in the browser.
  if (value !== known) {
    setKnown(value);
    if (value !== typed.trim()) setTyped(value);
  }

  const type = (text: string): void => {
    setTyped(text);
    clearTimeout(timer);
    setTimer(setTimeout(() => onFilter(text.trim()), DELAY_MS));
  };

  return (
    <Box>
      <Input
        id="filter"
        type="search"
        aria-label={texts.t('filterLabel')}
        placeholder={texts.t('filterLabel')}
        value={typed}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) => type(event.target.value)}
      />
    </Box>
  );
}
