import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type ReactNode } from 'react';
import { errorTone, focusRing, mutedTone, quietSurface, readOnlyTone, successTone, warningTone, type Themed } from './tones.js';

const TONES = { error: errorTone, warning: warningTone, success: successTone, info: mutedTone };
const SHAPES = { error: '✗', warning: '▲', success: '✓', info: 'ℹ' };

export type Tone = keyof typeof TONES;

const Frame = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  align-items: baseline;
  margin: 0 0 ${themeGet('space', 'lg')};
  padding: ${themeGet('space', 'lg')};
  border-radius: ${themeGet('space', 'sm')};
  border-left: 4px solid ${(props: Themed & { $tone: Tone }) => TONES[props.$tone](props)};
  background: ${quietSurface};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.5;
  & > [aria-hidden] {
    color: ${(props: Themed & { $tone: Tone }) => TONES[props.$tone](props)};
  }
  & > div {
    flex: 1 1 60%;
    min-width: min(240px, calc(100% - 32px));
    overflow-wrap: anywhere;
  }
  & strong {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & a {
    color: ${readOnlyTone};
    text-decoration: underline;
  }
  & a:focus-visible,
  & button:focus-visible {
    ${focusRing}
  }
`;

const Actions = styled.span`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  align-items: baseline;
  &:empty {
    display: none;
  }
`;

interface Props {
  tone: Tone;
  children: ReactNode;
  /** Buttons at the end of the line. */
  actions?: ReactNode;
  testId?: string;
}

/** An inline message with icon, text and color. Screen readers announce errors immediately, others when idle. */
export default function Alert({ tone, children, actions, testId }: Props): React.ReactElement {
  return (
    <Frame $tone={tone} role={tone === 'error' ? 'alert' : 'status'} data-testid={testId}>
      <span aria-hidden="true">{SHAPES[tone]}</span>
      <div>{children}</div>
      {actions && <Actions>{actions}</Actions>}
    </Frame>
  );
}
