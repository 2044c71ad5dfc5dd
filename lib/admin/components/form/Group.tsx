import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type ReactNode } from 'react';

const Frame = styled.fieldset`
  min-width: 0;
  margin: 0;
  padding: ${themeGet('space', 'lg')} 0;
  border: 0;
  border-top: 1px solid ${themeGet('colors', 'border')};
  font-family: ${themeGet('font')};
  color: ${themeGet('colors', 'text')};
  &:first-of-type {
    border-top: 0;
    padding-top: 0;
  }
  & > legend {
    float: left;
    width: 100%;
    margin-bottom: ${themeGet('space', 'default')};
    padding: 0;
    color: ${themeGet('colors', 'text')};
    font-size: ${themeGet('fontSizes', 'lg')};
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & > legend + * {
    clear: both;
  }
  /* The last field brings its own space. */
  & > div {
    margin-bottom: -${themeGet('space', 'default')};
  }
`;

/** A group of related fields. */
export default function Group({ title, children }: { title?: string; children: ReactNode }): React.ReactElement {
  return (
    <Frame>
      {title && <legend>{title}</legend>}
      <div>{children}</div>
    </Frame>
  );
}

/** Two fields side by side, the first one wider; below each other on narrow screens. */
export const Pair = styled.div`
  display: grid;
  grid-template-columns: ${(props: { $even?: boolean }) => (props.$even ? '1fr 1fr' : '1fr 140px')};
  gap: 0 ${themeGet('space', 'lg')};
  align-items: start;
  @media (max-width: 576px) {
    grid-template-columns: 1fr;
  }
`;
