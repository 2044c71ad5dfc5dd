import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useId, useState, type ReactNode } from 'react';
import { focusRing, mutedTone } from '../parts/tones.js';

const Toggle = styled.button`
  display: flex;
  gap: ${themeGet('space', 'default')};
  align-items: baseline;
  width: 100%;
  padding: ${themeGet('space', 'default')} 0;
  border: 0;
  background: transparent;
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  font-weight: ${themeGet('fontWeights', 'bold')};
  text-align: left;
  cursor: pointer;
  /* Its name stays in one piece beside the longer summary. */
  & > span + span {
    flex: none;
    max-width: 70%;
  }
  & small {
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
    font-weight: ${themeGet('fontWeights', 'normal')};
  }
  &:focus-visible {
    ${focusRing}
  }
`;

interface Props {
  id: string;
  title: string;
  summary?: string;
  /** Opens the section because something in it needs attention. Another number opens it again. */
  open: boolean | number;
  children: ReactNode;
}

/** A collapsible section for rarely needed fields. */
export default function Disclosure({ id, title, summary, open, children }: Props): React.ReactElement {
  const [isOpen, setOpen] = useState(!!open);
  const [asked, setAsked] = useState(open);
  const bodyId = useId();
  if (open !== asked) {
    setAsked(open);
    if (open) setOpen(true);
  }
  return (
    <div>
      <Toggle type="button" id={id} aria-expanded={isOpen} aria-controls={bodyId} onClick={() => setOpen(!isOpen)}>
        <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
        <span>{title}</span>
        {summary && <small>{summary}</small>}
      </Toggle>
      <div id={bodyId} hidden={!isOpen} style={{ paddingTop: 8 }}>
        {children}
      </div>
    </div>
  );
}
