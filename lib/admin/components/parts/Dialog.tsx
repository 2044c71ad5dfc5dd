import { Icon, themeGet } from '@adminjs/design-system';
import Button from './Button.js';
import { useLocale } from './use-locale.js';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';

const Shell = styled.dialog`
  box-sizing: border-box;
  margin: auto;
  width: min(${themeGet('sizes', 'maxFormWidth')}, calc(100vw - 32px));
  max-width: 600px;
  max-height: calc(100vh - 48px);
  padding: 0;
  overflow: auto;
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'default')};
  background: ${themeGet('colors', 'container')};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.5;
  /* Whatever the alignment of the place that opens it. */
  text-align: left;
  box-shadow: ${themeGet('shadows', 'cardHover')};
  &::backdrop {
    background: color-mix(in srgb, ${themeGet('colors', 'black')} 45%, transparent);
  }
`;

const Head = styled.header`
  display: flex;
  align-items: center;
  justify-content: space-between;
  padding: ${themeGet('space', 'lg')} ${themeGet('space', 'lg')} ${themeGet('space', 'lg')} ${themeGet('space', 'xl')};
  & h2 {
    font-size: ${themeGet('fontSizes', 'lg')};
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
`;

const Body = styled.div`
  padding: 0 ${themeGet('space', 'xl')} ${themeGet('space', 'xl')};
  & p + p,
  & p + [role='status'] {
    margin-top: ${themeGet('space', 'default')};
  }
`;

const Foot = styled.footer`
  position: sticky;
  bottom: 0;
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  justify-content: flex-end;
  padding: ${themeGet('space', 'lg')} ${themeGet('space', 'xl')};
  border-top: 1px solid ${themeGet('colors', 'border')};
  background: ${themeGet('colors', 'container')};
`;

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary';

interface Props {
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
  footer: ReactNode;
}

/**
 * A modal dialog: the page behind it is inert, Tab stays inside, Esc closes it, and the focus returns to the element that opened it,
 * or to the page's heading if that is gone.
 */
export default function Dialog({ title, closeLabel, onClose, children, footer }: Props): React.ReactElement {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const lang = useLocale();

  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    (dialog?.querySelector<HTMLElement>('[data-autofocus]') ?? dialog?.querySelector<HTMLElement>(FOCUSABLE))?.focus();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
      // The button that opened the dialog disappeared with the action.
      else document.querySelector<HTMLElement>('[data-smtp-screen] h2')?.focus();
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    }
    if (event.key !== 'Tab') return;
    const stops = [...(ref.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter((stop) => stop.offsetParent !== null);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  };

  return (
    <Shell
      ref={ref}
      role="dialog"
      aria-modal="true"
      lang={lang}
      aria-labelledby={titleId}
      onKeyDown={onKeyDown}
      onCancel={(event: React.SyntheticEvent) => {
        event.preventDefault();
        onClose();
      }}
    >
      <Head>
        <h2 id={titleId}>{title}</h2>
        <Button type="button" variant="text" size="icon" aria-label={closeLabel} onClick={onClose}>
          <Icon icon="X" />
        </Button>
      </Head>
      <Body>{children}</Body>
      <Foot>{footer}</Foot>
    </Shell>
  );
}
