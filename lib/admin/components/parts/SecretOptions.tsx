import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { SecretChoice } from '../../../shared/secrets.js';
import { mutedTone, quietSurface } from './tones.js';
import type { Texts } from './use-texts.js';

const List = styled.ul`
  max-height: 240px;
  margin-top: ${themeGet('space', 'sm')};
  overflow-y: auto;
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'sm')};
  & small {
    display: block;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & code {
    font-family: monospace;
  }
`;

/** The keyboard focus stays in the combobox, which points to the active option with aria-activedescendant. */
const Option = styled.li.attrs({ role: 'option' })`
  padding: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  line-height: 1.4;
  overflow-wrap: anywhere;
  cursor: pointer;
  & + & {
    border-top: 1px solid ${themeGet('colors', 'border')};
  }
  &:hover,
  &[data-active] {
    background: ${quietSurface};
  }
  &[data-active] {
    outline: 2px solid ${themeGet('colors', 'primary100')};
    outline-offset: -2px;
  }
`;

/** The facts that distinguish a secret: its key unless that is its label, its hint, and its destinations. */
function Facts({ choice: { key, label, hint, destinations }, texts }: { choice: SecretChoice; texts: Texts }): React.ReactElement | null {
  const words = [...(hint ? [hint] : []), ...(destinations ? [texts.t('secretOnlyFor', { places: destinations.join(', ') })] : [])];
  if (key === label && words.length === 0) return null;
  return (
    <small>
      {key !== label && <code>{key}</code>}
      {key !== label && words.length > 0 && ' · '}
      {words.join(' · ')}
    </small>
  );
}

interface Props {
  texts: Texts;
  options: SecretChoice[];
  /** The index of the active option; -1 for none. */
  active: number;
  /** The chosen key. */
  value: string;
  loading: boolean;
  hidden: boolean;
  onChoose: (choice: SecretChoice) => void;
}

/** Returns the id of an option. */
export const optionId = (index: number): string => `secretValue-${index}`;

/** The list below the combobox of {@link SecretPicker}. */
export default function SecretOptions({ texts, options, active, value, loading, hidden, onChoose }: Props): React.ReactElement {
  return (
    <List id="secretValue-list" role="listbox" aria-label={texts.t('secretValue')} aria-busy={loading} hidden={hidden}>
      {options.map((choice, index) => (
        <Option
          key={choice.key}
          id={optionId(index)}
          data-key={choice.key}
          data-active={index === active || undefined}
          aria-selected={choice.key === value}
          onMouseDown={(event: React.MouseEvent) => event.preventDefault()}
          onClick={() => onChoose(choice)}
        >
          {choice.key === value && <span aria-hidden="true">✓ </span>}
          {choice.label}
          <Facts choice={choice} texts={texts} />
        </Option>
      ))}
    </List>
  );
}
