import { TextArea } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { CONFIG_FIELDS, type ConfigField, type SecretColumn } from '../../../shared/config-fields.js';
import PasswordInput, { type PasswordInputProps } from './PasswordInput.js';

/** A key in PEM has lines, which a password field removes. Its text is hidden where the browser can hide it. */
const Key = styled(TextArea)`
  font-family: monospace;
  -webkit-text-security: disc;
`;

/** The input of a secret that is entered: a line, or the lines of a key. */
export default function SecretInput({ column, ...props }: PasswordInputProps & { column: SecretColumn }): React.ReactElement {
  const { multiline }: ConfigField & { multiline?: true } = CONFIG_FIELDS[column];
  if (!multiline) return <PasswordInput {...props} />;
  const { control, value, placeholder, disabled, first, onChange } = props;
  return (
    <Key
      {...control}
      rows={5}
      value={value}
      placeholder={placeholder}
      disabled={disabled}
      data-autofocus={first}
      autoComplete="off"
      spellCheck={false}
      onChange={(event: React.ChangeEvent<HTMLTextAreaElement>) => onChange(event.target.value)}
    />
  );
}
