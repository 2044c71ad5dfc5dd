import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useId, type ReactNode } from 'react';

const Frame = styled.section`
  padding: ${themeGet('space', 'lg')} 0;
  & + & {
    border-top: 1px solid ${themeGet('colors', 'border')};
  }
  &:first-child {
    padding-top: 0;
  }
  & > h3 {
    margin-bottom: ${themeGet('space', 'default')};
  }
`;

interface Props {
  title: string;
  /** Identifies the section in tests. */
  testId: string;
  children: ReactNode;
}

/** A part of the summary under a heading. */
export default function Section({ title, testId, children }: Props): React.ReactElement {
  const id = useId();
  return (
    <Frame aria-labelledby={id} data-testid={testId}>
      <h3 id={id}>{title}</h3>
      {children}
    </Frame>
  );
}
