import { Button as Plain, type ButtonProps } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { errorTone, focusRing, readOnlyTone, type Themed } from './tones.js';

/** Words on the page's own ground: a theme's pure colours are too faint there where it is dark. */
const words = ({ variant, color, ...themed }: Themed & Pick<ButtonProps, 'variant' | 'color'>): string => {
  if (variant === 'contained' || !['primary', 'danger'].includes(color ?? 'primary')) return '';
  return `color: ${color === 'danger' ? errorTone(themed) : readOnlyTone(themed)};`;
};

/** AdminJS's button, with words that can be read on every theme, a focus that shows and a size that can be hit. */
const Button = styled(Plain)`
  && {
    min-height: 24px;
    ${({ variant, theme }: Themed & Pick<ButtonProps, 'variant'>) => variant === 'light' && `border-color: ${theme.colors.inputBorder};`}
    ${words}
  }
  &&:focus-visible {
    ${focusRing}
  }
  &&:disabled {
    color: ${({ theme }: Themed) => theme.colors.text};
    opacity: 0.5;
  }
`;

export default Button;
