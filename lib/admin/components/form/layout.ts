import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import Screen from '../parts/Screen.js';

/** The narrow column of the form, with the status panel next to it. */
export const Page = styled(Screen)`
  /* Contains visually hidden elements, which would otherwise enlarge the page. */
  position: relative;
  /* The panel stands above the form if it does not fit beside it. */
  display: flex;
  flex-wrap: wrap-reverse;
  gap: 0 ${themeGet('space', 'xxl')};
  align-items: flex-end;
  padding: ${themeGet('space', 'xl')} ${themeGet('space', 'xl')} 0;
  border-radius: ${themeGet('space', 'default')};
  background: ${themeGet('colors', 'container')};
  & > form {
    position: relative;
    flex: 1000 1 420px;
    min-width: 0;
    max-width: 680px;
  }
  /* A focused element must not hide under the buttons and messages below. */
  & > form :is(input, textarea, button, summary, a) {
    scroll-margin: ${themeGet('space', 'x3')} 0 200px;
  }
  & > aside {
    box-sizing: border-box;
    flex: 1 1 260px;
    max-width: 360px;
    margin-bottom: ${themeGet('space', 'xxl')};
  }
  @media (min-width: 1280px) {
    & > aside {
      position: sticky;
      top: ${themeGet('space', 'xl')};
      align-self: flex-end;
    }
  }
  @media (max-width: 576px) {
    padding: ${themeGet('space', 'lg')} ${themeGet('space', 'lg')} 0;
    & > form,
    & > aside {
      flex-basis: 100%;
      max-width: none;
    }
  }
`;

/** The purpose of the page, above the form. */
export const Intro = styled.p`
  margin-bottom: ${themeGet('space', 'lg')};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.5;
`;
