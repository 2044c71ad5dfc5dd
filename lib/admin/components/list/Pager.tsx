import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';

const Bar = styled.nav`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'lg')};
  align-items: center;
  justify-content: center;
  margin-top: ${themeGet('space', 'xl')};
`;

interface Props {
  texts: Texts;
  page: number;
  pages: number;
  onTurn: (page: number) => void;
}

/** Links to the previous and the next page. */
export default function Pager({ texts, page, pages, onTurn }: Props): React.ReactElement {
  return (
    <Bar aria-label={texts.t('pages')}>
      <SteadyButton type="button" size="sm" variant="outlined" off={page <= 1} onClick={() => onTurn(page - 1)}>
        {texts.button('previousPage')}
      </SteadyButton>
      <span>{texts.t('pageOf', { page, pages })}</span>
      <SteadyButton type="button" size="sm" variant="outlined" off={page >= pages} onClick={() => onTurn(page + 1)}>
        {texts.button('nextPage')}
      </SteadyButton>
    </Bar>
  );
}
