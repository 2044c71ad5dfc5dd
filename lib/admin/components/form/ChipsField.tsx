import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { addMailboxes, isMailbox, splitMailboxes } from '../model/mailboxes.js';
import Field from '../parts/Field.js';
import { errorTone, focusRing, quietSurface, readOnlyTone, type Themed } from '../parts/tones.js';
import { useForm } from './form-context.js';

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

/** A list of mailboxes. Enter, a comma or leaving the field adds one; pasting a list adds all of them. */
export default function ChipsField({ name }: { name: 'cc' | 'bcc' }): React.ReactElement {
  const { draft, set, errors, readOnly, texts } = useForm();
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const list = draft[name];

  const add = (text: string): void => {
    setTyped('');
    const next = addMailboxes(list, text);
    if (next !== list) set({ [name]: next });
  };
  const remove = (index: number): void => {
    set({ [name]: list.filter((_, at) => at !== index) });
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const separates =
      event.key === 'Enter' || ((event.key === ',' || event.key === ';') && splitMailboxes(`${typed}${event.key}x`).length > 1);
    if (separates && (typed.trim() || event.key === 'Enter')) {
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

  const bad = (entry: string, index: number): boolean => !!errors[`${name}.${index}`] || !isMailbox(entry);
  const firstBad = list.findIndex(bad);
  const error = errors[name]
    ? texts.error(name, errors[name])
    : firstBad >= 0
      ? `${list[firstBad]}: ${texts.error(name, errors[`${name}.${firstBad}`] ?? { type: 'mailbox' })}`
      : '';
  return (
    <Field name={name} label={texts.property(name)} help={readOnly ? undefined : texts.t('help_chips')} error={error}>
      {(control) => (
        <>
          <Chips aria-label={texts.property(name)}>
            {list.map((entry, index) => (
              <Chip key={entry} $bad={bad(entry, index)} $fixed={readOnly}>
                <span>
                  {bad(entry, index) && '✗ '}
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
              ref={input}
              value={typed}
              readOnly={readOnly}
              autoComplete="off"
              spellCheck={false}
              onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
              onKeyDown={onKeyDown}
              onPaste={onPaste}
              onBlur={() => typed.trim() && add(typed)}
            />
          )}
        </>
      )}
    </Field>
  );
}
