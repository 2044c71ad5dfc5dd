import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import Button from './Button.js';
import type { ControlProps } from './Field.js';
import type { Texts } from './use-texts.js';

const Line = styled.div`
  display: flex;
  gap: ${themeGet('space', 'default')};
  & > input {
    flex: 1;
    min-width: 0;
  }
`;

interface Props {
  texts: Texts;
  control: ControlProps;
  value: string;
  placeholder?: string;
  disabled?: boolean;
  /** True for the initial focus of a dialog. */
  first?: boolean;
  onChange: (value: string) => void;
}

/** A password field that can show its text. Tells the browser not to suggest or save the password. */
export default function PasswordInput({ texts, control, value, placeholder, disabled, first, onChange }: Props): React.ReactElement {
  const [shown, setShown] = useState(false);
  return (
    <Line>
      <Input
        {...control}
        type={shown ? 'text' : 'password'}
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        data-autofocus={first}
        autoComplete="new-password"
        spellCheck={false}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange(event.target.value)}
      />
      <Button
        type="button"
        variant="light"
        size="sm"
        disabled={disabled}
        aria-pressed={shown}
        aria-controls={control.id}
        onClick={() => setShown(!shown)}
      >
        {texts.button(shown ? 'hidePassword' : 'showPassword')}
      </Button>
    </Line>
  );
}
