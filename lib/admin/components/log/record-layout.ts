import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { focusRing, mutedTone, quietSurface, readOnlyTone } from '../parts/tones.js';

/** The facts next to the events; below each other on narrow screens. */
export const Columns = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
  gap: ${themeGet('space', 'xxl')};
  margin: ${themeGet('space', 'xl')} 0 ${themeGet('space', 'xxl')};
  & h3,
  & ~ section h3 {
    margin-bottom: ${themeGet('space', 'lg')};
    font-size: ${themeGet('fontSizes', 'lg')};
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  @media (max-width: 768px) {
    grid-template-columns: minmax(0, 1fr);
  }
`;

/** Names and values, two columns. */
export const Facts = styled.dl`
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  align-content: start;
  overflow-wrap: anywhere;
  & dt {
    color: ${mutedTone};
  }
  & a {
    color: ${readOnlyTone};
  }
  & a:focus-visible {
    ${focusRing}
  }
  & small {
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & small.note {
    display: block;
  }
  & code {
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
`;

/** Buttons in a row. */
export const Tools = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  align-items: center;
  margin-bottom: ${themeGet('space', 'default')};
  & > div {
    display: flex;
    gap: ${themeGet('space', 'default')};
  }
`;

/** Files, one per line, each with its button. */
export const AttachmentList = styled.ul`
  margin-top: ${themeGet('space', 'lg')};
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'sm')};
  overflow-wrap: anywhere;
  & > li {
    display: flex;
    gap: ${themeGet('space', 'lg')};
    align-items: center;
    justify-content: space-between;
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'default')} ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
  }
  & > li + li {
    border-top: 1px solid ${themeGet('colors', 'border')};
  }
  & small {
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & button {
    flex: none;
  }
`;

/** Recipients by outcome. */
export const RecipientList = styled.dl`
  display: grid;
  gap: ${themeGet('space', 'lg')};
  margin-bottom: ${themeGet('space', 'xxl')};
  overflow-wrap: anywhere;
  & .sign {
    display: inline-block;
    width: 1.4em;
  }
  & dd {
    padding-left: 1.4em;
  }
  & code {
    display: block;
    color: ${mutedTone};
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
`;

/** Events below each other, along a line that ends at the last one. */
export const Events = styled.ol`
  & > li {
    position: relative;
    padding: 0 0 ${themeGet('space', 'lg')} ${themeGet('space', 'xl')};
    overflow-wrap: anywhere;
  }
  & > li:not(:last-child)::before {
    content: '';
    position: absolute;
    top: 1.5em;
    bottom: 0;
    left: 9px;
    border-left: 2px solid ${themeGet('colors', 'border')};
  }
  & > li > .sign {
    position: absolute;
    left: 0;
    width: 20px;
    text-align: center;
  }
  & > li > small {
    display: block;
    color: ${mutedTone};
  }
  & summary {
    margin-top: ${themeGet('space', 'sm')};
    color: ${mutedTone};
    cursor: pointer;
  }
  & summary:focus-visible {
    ${focusRing}
  }
  & pre {
    padding: ${themeGet('space', 'default')};
    background: ${quietSurface};
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
    white-space: pre-wrap;
  }
`;
