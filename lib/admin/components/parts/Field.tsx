import { Label, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type ReactNode } from 'react';
import { errorTone, mutedTone, readOnlyTone, type Themed } from './tones.js';

/** The props that link a control to its label, help and error. */
export interface ControlProps {
  id: string;
  name: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  'aria-required': true | undefined;
  required: boolean;
}

/** The mark of a required field: a bar on the side of its label. A refused field has an outline, an icon and a sentence instead. */
export const requiredMark = ({ theme }: Themed): string => `border-left: 2px solid ${theme.colors.error};`;

const Frame = styled.div`
  margin-bottom: ${themeGet('space', 'lg')};
  min-width: 0;
  font-family: ${themeGet('font')};
  & label,
  & > [id$='-label'] {
    color: ${themeGet('colors', 'text')};
    font-size: ${themeGet('fontSizes', 'default')};
  }
  & input:not([type='checkbox']):not([type='radio']),
  & textarea,
  & select {
    width: 100%;
    color: ${themeGet('colors', 'text')};
    ${(props: Themed & { $required: boolean }) => props.$required && requiredMark(props)}
    ${(props: Themed & { $invalid: boolean }) =>
      props.$invalid && `border-color: ${props.theme.colors.error}; box-shadow: inset 0 0 0 1px ${props.theme.colors.error};`}
  }
  & select {
    background: ${themeGet('colors', 'container')};
    min-height: 34px;
  }
  & input::placeholder,
  & textarea::placeholder {
    color: ${mutedTone};
    opacity: 0.8;
  }
  & input:read-only:not([type='checkbox']):not([type='radio']),
  & textarea:read-only,
  & select:disabled {
    color: ${readOnlyTone};
    border-style: dashed;
    background: transparent;
    opacity: 1;
  }
  & input:focus-visible,
  & textarea:focus-visible,
  & select:focus-visible {
    outline: 2px solid ${themeGet('colors', 'primary100')};
    outline-offset: 1px;
  }
`;

const Help = styled.p`
  margin-top: ${themeGet('space', 'sm')};
  color: ${mutedTone};
  font-size: ${themeGet('fontSizes', 'sm')};
  line-height: 1.45;
  overflow-wrap: anywhere;
  & a {
    color: ${readOnlyTone};
  }
`;

const Problem = styled(Help)`
  color: ${errorTone};
`;

interface Props {
  name: string;
  /** @default name */
  id?: string;
  label: string;
  help?: ReactNode;
  error?: string;
  required?: boolean;
  /** True for a group of controls, labelled by `<id>-label`. */
  isGroup?: boolean;
  children: (control: ControlProps) => ReactNode;
}

/** A label, a control, one line of help and its error, linked for screen readers. */
export default function Field({
  name,
  id = name,
  label,
  help,
  error,
  required = false,
  isGroup = false,
  children,
}: Props): React.ReactElement {
  const isHelpSaid = !!error && error === help;
  const described = [error && `${id}-error`, help && !isHelpSaid && `${id}-help`].filter(Boolean).join(' ');
  const control: ControlProps = {
    id,
    name,
    required,
    'aria-describedby': described || undefined,
    'aria-invalid': error ? true : undefined,
    'aria-required': required || undefined,
  };
  return (
    <Frame $invalid={!!error} $required={required}>
      {isGroup ? (
        <Label as="div" id={`${id}-label`} required={required}>
          {label}
        </Label>
      ) : (
        <Label htmlFor={id} required={required}>
          {label}
        </Label>
      )}
      {children(control)}
      {error && (
        <Problem id={`${id}-error`}>
          <span aria-hidden="true">✗ </span>
          {error}
        </Problem>
      )}
      {help && !isHelpSaid && <Help id={`${id}-help`}>{help}</Help>}
    </Frame>
  );
}

export { Help, Problem };
