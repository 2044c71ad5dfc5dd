import { Label, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type ReactNode } from 'react';
import { Problem } from './Field.js';
import { focusRing, mutedTone, quietSurface, warningTone } from './tones.js';

const Frame = styled.div`
  margin-bottom: ${themeGet('space', 'default')};
  & > [id$='-label'] {
    color: ${themeGet('colors', 'text')};
    font-size: ${themeGet('fontSizes', 'default')};
  }
`;

const Cards = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
  gap: ${themeGet('space', 'lg')};
`;

const Card = styled.label`
  display: grid;
  grid-template-columns: auto 1fr;
  gap: ${themeGet('space', 'xs')} ${themeGet('space', 'default')};
  align-content: start;
  padding: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  border: 1px solid ${themeGet('colors', 'inputBorder')};
  border-radius: ${themeGet('space', 'sm')};
  cursor: pointer;
  line-height: 1.4;
  & > input {
    accent-color: ${themeGet('colors', 'primary100')};
    align-self: start;
    margin: 3px 0 0;
  }
  & > strong {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & > span {
    grid-column: 2;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  &:has(input:checked) {
    border-color: ${themeGet('colors', 'primary100')};
    box-shadow: inset 0 0 0 1px ${themeGet('colors', 'primary100')};
    background: ${quietSurface};
  }
  &[data-insecure]:has(input:checked) {
    border-color: ${warningTone};
    box-shadow: inset 0 0 0 1px ${warningTone};
    & > strong,
    & > span {
      color: ${warningTone};
    }
  }
  &:has(input:disabled) {
    cursor: default;
  }
  &:has(input:disabled:not(:checked)) > strong {
    color: ${mutedTone};
  }
  &:has(input:focus-visible) {
    ${focusRing}
  }
`;

/** A choice: its label and its consequence. */
interface RadioCard<T extends string> {
  value: T;
  label: string;
  help: ReactNode;
  /** True if it cannot be chosen; the help explains why. An existing choice stays. */
  isClosed?: boolean;
  /** True to show it as a warning when chosen. */
  isInsecure?: boolean;
}

interface Props<T extends string> {
  name: string;
  label: string;
  /** False if a group's title already serves as the label. @default true */
  isLabelled?: boolean;
  cards: RadioCard<T>[];
  value: T;
  error?: string;
  onChange: (value: T) => void;
}

/** A few choices as cards, with an explanation of each. */
export default function RadioCards<T extends string>({
  name,
  label,
  isLabelled = true,
  cards,
  value,
  error,
  onChange,
}: Props<T>): React.ReactElement {
  return (
    <Frame>
      {isLabelled && (
        <Label as="div" id={`${name}-label`}>
          {label}
        </Label>
      )}
      <Cards
        role="radiogroup"
        aria-label={label}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${name}-error` : undefined}
      >
        {cards.map((card) => {
          const isChosen = card.value === value;
          return (
            <Card key={card.value} htmlFor={`${name}-${card.value}`} data-insecure={card.isInsecure || undefined}>
              <input
                type="radio"
                id={`${name}-${card.value}`}
                name={name}
                value={card.value}
                checked={isChosen}
                disabled={card.isClosed && !isChosen}
                data-invalid={error && isChosen ? true : undefined}
                aria-describedby={`${name}-${card.value}-help`}
                onChange={() => onChange(card.value)}
              />
              <strong>{card.label}</strong>
              <span id={`${name}-${card.value}-help`}>
                {card.isInsecure && isChosen && <span aria-hidden="true">⚠ </span>}
                {card.help}
              </span>
            </Card>
          );
        })}
      </Cards>
      {error && (
        <Problem id={`${name}-error`}>
          <span aria-hidden="true">✗ </span>
          {error}
        </Problem>
      )}
    </Frame>
  );
}
