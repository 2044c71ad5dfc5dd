import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { errorTone, focusRing, quietSurface, type Themed } from './tones.js';

/** A list of addresses or names. */
export const Chips = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  &:not(:empty):not(:last-child) {
    margin-bottom: ${themeGet('space', 'default')};
  }
`;

export const Chip = styled.li`
  display: flex;
  align-items: center;
  max-width: 100%;
  padding: 2px ${themeGet('space', 'default')};
  border: 1px solid ${(props: Themed & { $bad?: boolean }) => (props.$bad ? errorTone(props) : props.theme.colors.inputBorder)};
  border-radius: ${themeGet('space', 'lg')};
  background: ${quietSurface};
  color: ${themeGet('colors', 'text')};
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
