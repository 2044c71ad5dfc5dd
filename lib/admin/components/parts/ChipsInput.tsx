import { Input } from '@adminjs/design-system';
import React, { useRef, type ClipboardEvent, type KeyboardEvent } from 'react';
import { addMailboxes, splitMailboxes } from '../model/mailboxes.js';
import { Chip, Chips } from './chips.js';
import type { ControlProps } from './Field.js';
import type { Texts } from './use-texts.js';

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
  /** True in a dialog: the input has the focus when the dialog opens, and Enter in the empty input submits. */
  isOfDialog?: boolean;
}

/** A list of addresses and an input. Enter, a comma or leaving the input adds an address; pasting a list adds all of them. */
export default function ChipsInput(props: Props): React.ReactElement {
  const { control, texts, label, list, onChange, typed, onType, isBad, isOfDialog = false } = props;
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
          <Chip key={entry} $bad={isBad(entry, index)}>
            <span>
              {isBad(entry, index) && '✗ '}
              {entry}
            </span>
            <button type="button" aria-label={texts.t('removeEntry', { entry })} onClick={() => remove(index)}>
              ×
            </button>
          </Chip>
        ))}
      </Chips>
      <Input
        {...control}
        required={control.required && list.length === 0}
        ref={input}
        value={typed}
        autoComplete="off"
        spellCheck={false}
        {...(isOfDialog && { 'data-autofocus': true })}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) => onType(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={() => typed.trim() && add(typed)}
      />
    </>
  );
}
