import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { requiredMark } from '../parts/Field.js';
import { mutedTone } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';

const Line = styled.p`
  position: absolute;
  top: 0;
  right: 0;
  color: ${mutedTone};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'sm')};
  line-height: 1.45;
  & > span {
    padding-left: ${themeGet('space', 'default')};
    ${requiredMark}
  }
`;

/** The explanation of the mark that required fields have. */
export default function RequiredLegend({ texts }: { texts: Texts }): React.ReactElement {
  return (
    <Line>
      <span>{texts.t('requiredMark')}</span>
    </Line>
  );
}
