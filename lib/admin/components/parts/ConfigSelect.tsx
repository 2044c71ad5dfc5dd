import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type KeyboardEvent, type ReactNode } from 'react';
import DelayedInput from './DelayedInput.js';
import { Help, type ControlProps } from './Field.js';
import type { ConfigChoice, useConfigs } from './use-configs.js';
import type { Texts } from './use-texts.js';

const Search = styled.div`
  margin-bottom: ${themeGet('space', 'default')};
`;

interface Props {
  texts: Texts;
  /** The props of the control. Without a visible label, they include `aria-label`. */
  control: Partial<ControlProps> & { id: string; 'aria-label'?: string };
  configs: ReturnType<typeof useConfigs>;
  /** The meaning of the value: the id or the name of a configuration. @default 'id' */
  by?: 'id' | 'name';
  value: string;
  /** The label of the chosen configuration, if it is not among the choices. */
  valueLabel?: string;
  disabled?: boolean;
  nameOf?: (choice: ConfigChoice) => string;
  onChange: (value: string) => void;
  /** Options before the configurations. */
  children?: ReactNode;
}

/** A select for a configuration. With many configurations, a search field above queries the server. */
export default function ConfigSelect({
  texts,
  control,
  configs: { choices = [], seen, total, isMany, loading, search, setSearch },
  by = 'id',
  value,
  valueLabel,
  disabled = false,
  nameOf = ({ name }) => name,
  onChange,
  children,
}: Props): React.ReactElement {
  const missing = value !== '' && !choices.some((choice) => choice[by] === value);
  const known = seen.get(value);
  const state = choices.length === 0 ? 'configsNone' : total > choices.length ? 'configsSome' : 'configsFound';
  return (
    <>
      {isMany && !disabled && (
        <Search>
          <DelayedInput
            id={`${control.id}-search`}
            aria-label={texts.t('configSearch')}
            placeholder={texts.t('configSearch')}
            autoComplete="off"
            value={search}
            onChange={setSearch}
            onKeyDown={(event: KeyboardEvent) => event.key === 'Enter' && event.preventDefault()}
          />
        </Search>
      )}
      <Input
        {...control}
        as="select"
        value={value}
        disabled={disabled}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) => onChange(event.target.value)}
      >
        {children}
        {missing && <option value={value}>{known ? nameOf(known) : (valueLabel ?? '')}</option>}
        {choices.map((choice) => (
          <option key={choice.id} value={choice[by]}>
            {nameOf(choice)}
          </option>
        ))}
      </Input>
      {isMany && !disabled && (
        <Help as="div" role="status">
          {loading ? texts.t('configsLoading') : texts.t(state, { count: choices.length, total })}
        </Help>
      )}
    </>
  );
}
