import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import { cleanAppPassword } from '../model/app-password.js';
import Button from './Button.js';
import { type ControlProps, Help } from './Field.js';
import type { Texts } from './use-texts.js';

const Line = styled.div`
  display: flex;
  gap: ${themeGet('space', 'default')};
  & > input {
    flex: 1;
    min-width: 0;
  }
`;

export interface PasswordInputProps {
  texts: Texts;
  control: ControlProps;
  value: string;
  placeholder?: string;
  disabled?: boolean;
  /** True for the initial focus of a dialog. */
  first?: boolean;
  onChange: (value: string) => void;
}

/** A password field that can show its text, and cleans a pasted app password. Tells the browser not to suggest or save the password. */
export default function PasswordInput({
  texts,
  control,
  value,
  placeholder,
  disabled,
  first,
  onChange,
}: PasswordInputProps): React.ReactElement {
  const [shown, setShown] = useState(false);
  const [cleaned, setCleaned] = useState<string>();
  const change = ({ target, nativeEvent }: React.ChangeEvent<HTMLInputElement>): void => {
    const isPasted = (nativeEvent as InputEvent).inputType === 'insertFromPaste';
    const next = isPasted ? cleanAppPassword(target.value) : target.value;
    setCleaned(next === target.value ? undefined : next);
    onChange(next);
  };
  return (
    <>
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
          onChange={change}
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
      <div role="status">{cleaned !== undefined && cleaned === value && <Help>{texts.t('appPasswordCleaned')}</Help>}</div>
    </>
  );
}
