import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';

const Bar = styled.nav`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'lg')};
  justify-content: center;
  margin-top: ${themeGet('space', 'xl')};
`;

interface Props {
  texts: Texts;
  hasNewer: boolean;
  hasOlder: boolean;
  onNewer: () => void;
  onOlder: () => void;
}

/** Buttons to newer and older entries. The history is not counted, because it can be of any length. */
export default function HistoryPager({ texts, hasNewer, hasOlder, onNewer, onOlder }: Props): React.ReactElement {
  return (
    <Bar aria-label={texts.t('pages')}>
      <SteadyButton type="button" size="sm" variant="outlined" off={!hasNewer} onClick={onNewer}>
        ← {texts.button('newer')}
      </SteadyButton>
      <SteadyButton type="button" size="sm" variant="outlined" off={!hasOlder} onClick={onOlder}>
        {texts.button('older')} →
      </SteadyButton>
    </Bar>
  );
}
