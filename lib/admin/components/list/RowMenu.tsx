import { Icon, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import Button from '../parts/Button.js';
import { errorTone, quietSurface } from '../parts/tones.js';

const Menu = styled.ul`
  position: fixed;
  z-index: 60;
  min-width: 170px;
  padding: ${themeGet('space', 'sm')} 0;
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'sm')};
  background: ${themeGet('colors', 'container')};
  box-shadow: ${themeGet('shadows', 'cardHover')};
  & button {
    width: 100%;
    padding: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
    border: 0;
    background: transparent;
    color: ${themeGet('colors', 'text')};
    font-family: ${themeGet('font')};
    font-size: ${themeGet('fontSizes', 'default')};
    line-height: 1.45;
    text-align: left;
    cursor: pointer;
  }
  & button:hover,
  & button:focus {
    outline: 2px solid ${themeGet('colors', 'primary100')};
    outline-offset: -2px;
    background: ${quietSurface};
  }
  & button[data-danger] {
    color: ${errorTone};
  }
`;

export interface MenuItem {
  id: string;
  label: string;
  danger?: boolean;
  onSelect: () => void;
}

/** The ⋯ menu of a row. Arrow keys move, Esc closes, and the focus returns to the button. */
export default function RowMenu({ label, items }: { label: string; items: MenuItem[] }): React.ReactElement {
  const [place, setPlace] = useState<{ top: number; right: number } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLUListElement>(null);
  const menuId = useId();

  useEffect(() => {
    if (!place) return undefined;
    menu.current?.querySelector('button')?.focus();
    const close = (event: Event): void => {
      if (event.type !== 'mousedown' || !menu.current?.contains(event.target as Node)) setPlace(null);
    };
    document.addEventListener('mousedown', close);
    window.addEventListener('resize', close);
    // Scrolling from just before it opened is only reported in the next frame.
    const frame = requestAnimationFrame(() => window.addEventListener('scroll', close, true));
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener('mousedown', close);
      window.removeEventListener('resize', close);
      window.removeEventListener('scroll', close, true);
    };
  }, [place]);

  const open = (): void => {
    const box = button.current?.getBoundingClientRect();
    const below = box && box.bottom + items.length * 38 < window.innerHeight;
    setPlace(
      box
        ? {
            top: below ? box.bottom : Math.max(8, box.top - items.length * 38 - 10),
            right: document.documentElement.clientWidth - box.right,
          }
        : null,
    );
  };
  const close = (): void => {
    setPlace(null);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const entries = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = entries.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setPlace(null);
    else if (to !== undefined) entries[to % entries.length]?.focus();
    if (event.key === 'Escape' || to !== undefined) event.preventDefault();
  };

  return (
    <>
      <Button
        ref={button}
        type="button"
        variant="text"
        size="icon"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={!!place}
        aria-controls={place ? menuId : undefined}
        onMouseDown={(event: React.MouseEvent) => place && event.stopPropagation()}
        onClick={() => (place ? close() : open())}
      >
        <Icon icon="MoreHorizontal" />
      </Button>
      {place && (
        <Menu ref={menu} id={menuId} role="menu" aria-label={label} style={place} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <li key={item.id} role="none">
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                data-action={item.id}
                data-danger={item.danger || undefined}
                onClick={() => {
                  close();
                  item.onSelect();
                }}
              >
                {item.label}
              </button>
            </li>
          ))}
        </Menu>
      )}
    </>
  );
}
