import type { ButtonProps } from '@adminjs/design-system';
import Button from './Button.js';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';

const Steady = styled(Button)`
  &[aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
`;

interface Props extends Omit<React.ButtonHTMLAttributes<HTMLButtonElement>, 'color'> {
  variant: ButtonProps['variant'];
  color?: ButtonProps['color'];
  size?: ButtonProps['size'];
  off: boolean;
}

/** A button that keeps the focus while it is turned off. A disabled button would lose it. */
export default function SteadyButton({ off, onClick, ...button }: Props): React.ReactElement {
  const click = (event: React.MouseEvent<HTMLButtonElement>): void => {
    if (off) event.preventDefault();
    else onClick?.(event);
  };
  return <Steady {...button} aria-disabled={off || undefined} onClick={click} />;
}
