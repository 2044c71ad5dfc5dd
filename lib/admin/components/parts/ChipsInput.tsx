import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useRef, type ClipboardEvent, type KeyboardEvent } from 'react';
import { addMailboxes, splitMailboxes } from '../model/mailboxes.js';
import type { ControlProps } from './Field.js';
import { errorTone, focusRing, quietSurface, readOnlyTone, type Themed } from './tones.js';
import type { Texts } from './use-texts.js';

const Chips = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  &:not(:empty) {
    margin-bottom: ${themeGet('space', 'default')};
  }
`;

const Chip = styled.li`
  display: flex;
  align-items: center;
  max-width: 100%;
  padding: 2px ${themeGet('space', 'default')};
  border: 1px solid ${(props: Themed & { $bad: boolean }) => (props.$bad ? errorTone(props) : props.theme.colors.inputBorder)};
  border-radius: ${themeGet('space', 'lg')};
  background: ${quietSurface};
  color: ${(props: Themed & { $fixed: boolean }) => (props.$fixed ? readOnlyTone(props) : props.theme.colors.text)};
  font-size: ${themeGet('fontSizes', 'sm')};
  line-height: 1.6;
  & > span {
    overflow-wrap: anywhere;
  }
  & > button {
    margin-left: ${themeGet('space', 'sm')};
    padding: 0 ${themeGet('space', 'sm')};
    border: 0;
    border-radius: ${themeGet('space', 'sm')};
    background: transparent;
    color: inherit;
    cursor: pointer;
  }
  & > button:focus-visible {
    ${focusRing}
  }
`;

interface Props {
  control: ControlProps;
  texts: Texts;
  label: string;
  list: string[];
  /** Called with the new list. */
  onChange: (list: string[]) => void;
  /** The text that is not in the list yet. */
  typed: string;
  onType: (typed: string) => void;
  /** True for an entry with an error. */
  isBad: (entry: string, index: number) => boolean;
  readOnly?: boolean;
  /** True in a dialog: the input has the focus when the dialog opens, and Enter in the empty input submits. */
  isOfDialog?: boolean;
}

/** A list of addresses and an input. Enter, a comma or leaving the input adds an address; pasting a list adds all of them. */
export default function ChipsInput(props: Props): React.ReactElement {
  const { control, texts, label, list, onChange, typed, onType, isBad, readOnly = false, isOfDialog = false } = props;
  const input = useRef<HTMLInputElement>(null);

  const add = (text: string): void => {
    onType('');
    const next = addMailboxes(list, text);
    if (next !== list) onChange(next);
  };
  const remove = (index: number): void => {
    onChange(list.filter((_, at) => at !== index));
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const separates =
      event.key === 'Enter' || ((event.key === ',' || event.key === ';') && splitMailboxes(`${typed}${event.key}x`).length > 1);
    if (separates && (typed.trim() || (event.key === 'Enter' && !isOfDialog))) {
      event.preventDefault();
      add(typed);
    } else if (event.key === 'Backspace' && !typed && list.length) remove(list.length - 1);
  };
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData.getData('text');
    if (splitMailboxes(typed + pasted).length < 2) return;
    event.preventDefault();
    add(`${typed}${pasted}`);
  };

  return (
    <>
      <Chips aria-label={label}>
        {list.map((entry, index) => (
          <Chip key={entry} $bad={isBad(entry, index)} $fixed={readOnly}>
            <span>
              {isBad(entry, index) && '✗ '}
              {entry}
            </span>
            {!readOnly && (
              <button type="button" aria-label={texts.t('removeEntry', { entry })} onClick={() => remove(index)}>
                ×
              </button>
            )}
          </Chip>
        ))}
      </Chips>
      {!(readOnly && list.length > 0) && (
        <Input
          {...control}
          required={control.required && list.length === 0}
          ref={input}
          value={typed}
          readOnly={readOnly}
          autoComplete="off"
          spellCheck={false}
          {...(isOfDialog && { 'data-autofocus': true })}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => onType(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => typed.trim() && add(typed)}
        />
      )}
    </>
  );
}
