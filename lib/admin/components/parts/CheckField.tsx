import { Label, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type ReactNode } from 'react';
import { Help } from './Field.js';
import { focusRing } from './tones.js';

const Line = styled.div`
  margin-bottom: ${themeGet('space', 'default')};
  & label {
    margin-left: ${themeGet('space', 'default')};
    color: ${themeGet('colors', 'text')};
    font-size: ${themeGet('fontSizes', 'default')};
    line-height: 1.45;
  }
  & > p {
    margin-left: ${themeGet('space', 'xl')};
  }
`;

/** Looks like AdminJS's CheckBox, which shows a change only after the next render and hides the native checkbox. */
export const CheckBox = styled.input.attrs({ type: 'checkbox' })`
  appearance: none;
  display: inline-grid;
  place-content: center;
  box-sizing: border-box;
  width: 18px;
  height: 18px;
  margin: 0;
  border: 1px solid ${themeGet('colors', 'inputBorder')};
  border-radius: ${themeGet('space', 'xs')};
  vertical-align: middle;
  cursor: pointer;
  &:hover:not(:disabled) {
    border-color: ${themeGet('colors', 'grey60')};
  }
  &:focus-visible {
    ${focusRing}
  }
  &:disabled {
    border-style: dashed;
    cursor: default;
    opacity: 0.6;
  }
  &:checked {
    border-color: ${themeGet('colors', 'primary100')};
    background: ${themeGet('colors', 'primary100')};
  }
  &:checked::after {
    content: '✓';
    color: ${themeGet('colors', 'white')};
    font-size: ${themeGet('fontSizes', 'default')};
    line-height: 1;
  }
  &:checked:disabled {
    border-color: ${themeGet('colors', 'grey60')};
    background: ${themeGet('colors', 'grey60')};
  }
`;

interface Props {
  id: string;
  name?: string;
  value?: string;
  label: ReactNode;
  checked: boolean;
  disabled?: boolean;
  help?: ReactNode;
  onChange: (checked: boolean) => void;
}

/** A checkbox with its label and optional help. */
export default function CheckField({ id, name = id, value, label, checked, disabled = false, help, onChange }: Props): React.ReactElement {
  return (
    <Line>
      <CheckBox
        id={id}
        name={name}
        value={value}
        checked={checked}
        disabled={disabled}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={() => onChange(!checked)}
      />
      <Label inline htmlFor={id}>
        {label}
      </Label>
      {help && <Help id={`${id}-help`}>{help}</Help>}
    </Line>
  );
}
