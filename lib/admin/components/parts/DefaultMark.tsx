import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { readOnlyTone } from './tones.js';
import type { Texts } from './use-texts.js';

const Mark = styled.span`
  padding: 1px ${themeGet('space', 'default')};
  border: 1px solid currentColor;
  border-radius: ${themeGet('space', 'lg')};
  color: ${readOnlyTone};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'sm')};
  white-space: nowrap;
`;

/** The mark of the default configuration, as an icon and a word. */
export default function DefaultMark({ texts }: { texts: Texts }): React.ReactElement {
  return (
    <Mark>
      <span aria-hidden="true">★ </span>
      {texts.label('default')}
    </Mark>
  );
}
