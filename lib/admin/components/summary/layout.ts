import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import Screen from '../parts/Screen.js';
import { focusRing, mutedTone, readOnlyTone } from '../parts/tones.js';

/** The facts about a configuration, with its use and its history at the side, or below where there is no room. */
export const Page = styled(Screen)`
  /* Contains visually hidden elements, which would otherwise enlarge the page. */
  position: relative;
  display: flex;
  flex-wrap: wrap;
  gap: 0 ${themeGet('space', 'xxl')};
  align-items: flex-start;
  padding: ${themeGet('space', 'xl')};
  border-radius: ${themeGet('space', 'default')};
  background: ${themeGet('colors', 'container')};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.5;
  & > div {
    flex: 1000 1 420px;
    min-width: 0;
    max-width: 760px;
  }
  & > aside {
    flex: 1 1 260px;
    min-width: 0;
    max-width: 360px;
  }
  & h3 {
    font-size: ${themeGet('fontSizes', 'lg')};
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & a:not([class*='Button']) {
    color: ${readOnlyTone};
    text-decoration: underline;
  }
  & a:focus-visible,
  & button:focus-visible {
    ${focusRing}
  }
  & small {
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  @media (max-width: 820px) {
    & > div,
    & > aside {
      flex-basis: 100%;
      max-width: none;
    }
    & > aside {
      padding-top: ${themeGet('space', 'lg')};
      border-top: 1px solid ${themeGet('colors', 'border')};
    }
  }
  @media (max-width: 576px) {
    padding: ${themeGet('space', 'lg')};
  }
`;

/** Names and values in two columns; below each other on narrow screens. */
export const Facts = styled.dl`
  margin: 0;
  overflow-wrap: anywhere;
  & > div {
    display: grid;
    grid-template-columns: minmax(120px, 180px) minmax(0, 1fr);
    gap: 0 ${themeGet('space', 'lg')};
    padding: ${themeGet('space', 'sm')} 0;
  }
  & dt {
    color: ${mutedTone};
  }
  & dd {
    margin: 0;
    min-width: 0;
  }
  & small {
    display: block;
  }
  @media (max-width: 480px) {
    & > div {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;

/** A message below other text. */
export const Notice = styled.div`
  margin-top: ${themeGet('space', 'lg')};
  & > * {
    margin-bottom: 0;
  }
`;

/** Buttons and links in a row. */
export const Actions = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  align-items: center;
  margin-top: ${themeGet('space', 'default')};
`;
