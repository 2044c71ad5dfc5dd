import { Button as Plain, type ButtonProps } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { errorTone, focusRing, readOnlyTone, type Themed } from './tones.js';

/** Returns the text color on the page's background, where a theme's pure colors have too little contrast in dark themes. */
const textColor = ({ variant, color, ...themed }: Themed & Pick<ButtonProps, 'variant' | 'color'>): string => {
  if (variant === 'contained' || !['primary', 'danger'].includes(color ?? 'primary')) return '';
  return `color: ${color === 'danger' ? errorTone(themed) : readOnlyTone(themed)};`;
};

/** AdminJS's button with legible text in every theme, a visible focus and a sufficient size. */
const Button = styled(Plain)`
  && {
    min-height: 24px;
    ${({ variant, theme }: Themed & Pick<ButtonProps, 'variant'>) => variant === 'light' && `border-color: ${theme.colors.inputBorder};`}
    ${textColor}
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
