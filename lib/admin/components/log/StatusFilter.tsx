import { Icon, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { MESSAGE_STATUSES, type MessageStatus } from '../../../shared/mail-log.js';
import { CheckBox } from '../parts/CheckField.js';
import { focusRing, quietSurface } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';
import StatusMark from './StatusMark.js';

const Frame = styled.div`
  position: relative;
  min-width: 0;
  & > button {
    display: flex;
    gap: ${themeGet('space', 'default')};
    align-items: center;
    justify-content: space-between;
    box-sizing: border-box;
    width: 100%;
    min-height: 34px;
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'default')};
    border: 1px solid ${themeGet('colors', 'inputBorder')};
    background: ${themeGet('colors', 'container')};
    color: ${themeGet('colors', 'text')};
    font: inherit;
    text-align: left;
    cursor: pointer;
  }
  & > button > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  & > button > svg {
    flex: none;
  }
  & > button:focus-visible {
    ${focusRing}
  }
`;

const Choices = styled.div`
  position: absolute;
  z-index: 50;
  top: calc(100% + 4px);
  left: 0;
  min-width: 100%;
  padding: ${themeGet('space', 'sm')} 0;
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'sm')};
  background: ${themeGet('colors', 'container')};
  box-shadow: ${themeGet('shadows', 'cardHover')};
  & label {
    display: flex;
    gap: ${themeGet('space', 'default')};
    align-items: center;
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
    white-space: nowrap;
    cursor: pointer;
  }
  & label:hover {
    background: ${quietSurface};
  }
`;

interface Props {
  texts: Texts;
  statuses: MessageStatus[];
  onChange: (statuses: MessageStatus[]) => void;
}

/** A list of statuses to check, below a button. Escape and a click elsewhere close it. */
export default function StatusFilter({ texts, statuses, onChange }: Props): React.ReactElement {
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const listId = useId();
  useEffect(() => {
    if (!isOpen) return undefined;
    const close = (event: Event): void => {
      if (!frame.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('mousedown', close);
    document.addEventListener('focusin', close);
    return () => {
      document.removeEventListener('mousedown', close);
      document.removeEventListener('focusin', close);
    };
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isOpen) return;
    event.preventDefault();
    setOpen(false);
    button.current?.focus();
  };
  const [first] = statuses;
  const name = first === undefined ? texts.t('anyStatus') : texts.label(`status_${first}`);
  const shown = statuses.length > 1 ? `${name} +${statuses.length - 1}` : name;
  return (
    <Frame ref={frame} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        id="filter-status"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-label={`${texts.property('status')}: ${shown}`}
        title={statuses.map((one) => texts.label(`status_${one}`)).join(', ')}
        onClick={() => setOpen(!isOpen)}
      >
        <span>{shown}</span>
        <Icon icon="ChevronDown" size={14} />
      </button>
      {isOpen && (
        <Choices id={listId} role="group" aria-label={texts.property('status')}>
          {MESSAGE_STATUSES.map((status) => (
            <label key={status} htmlFor={`filter-status-${status}`}>
              <CheckBox
                id={`filter-status-${status}`}
                name="status"
                value={status}
                checked={statuses.includes(status)}
                onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
                  onChange(event.target.checked ? [...statuses, status] : statuses.filter((one) => one !== status))
                }
              />
              <StatusMark status={status} texts={texts} />
            </label>
          ))}
        </Choices>
      )}
    </Frame>
  );
}
