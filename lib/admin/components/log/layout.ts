import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { Table } from '../list/table.js';
import { mutedTone, quietSurface } from '../parts/tones.js';

/** The table of messages: what is longer than its column is cut, so that a row stays a row. */
export const LogTable = styled(Table)`
  & .select {
    width: 48px;
    padding-right: 0;
  }
  & .status {
    width: 170px;
  }
  & .when {
    width: 90px;
  }
  & .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @media (max-width: 768px) {
    & tbody td.select {
      position: absolute;
      top: ${themeGet('space', 'lg')};
      right: ${themeGet('space', 'x3')};
      width: auto;
      padding: 0;
    }
    & .status,
    & .when {
      width: auto;
    }
  }
`;

/** Who, what and when beside what happened; one below the other on narrow screens. */
export const Columns = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
  gap: ${themeGet('space', 'xxl')};
  margin-bottom: ${themeGet('space', 'xxl')};
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
  overflow-wrap: anywhere;
  & dt {
    color: ${mutedTone};
  }
`;

/** Events one below the other, along a line. */
export const Events = styled.ol`
  & > li {
    position: relative;
    padding: 0 0 ${themeGet('space', 'lg')} ${themeGet('space', 'xl')};
    border-left: 2px solid ${themeGet('colors', 'border')};
    overflow-wrap: anywhere;
  }
  & > li > .sign {
    position: absolute;
    left: -11px;
    width: 20px;
    background: ${themeGet('colors', 'container')};
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
  & pre {
    padding: ${themeGet('space', 'default')};
    background: ${quietSurface};
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
    white-space: pre-wrap;
  }
`;

/** A mail as its recipients see it: dark on light, whatever the theme. */
export const Sheet = styled.div`
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'sm')};
  overflow: hidden;
  background: ${themeGet('colors', 'white')};
  & > iframe {
    display: block;
    width: 100%;
    height: 420px;
    border: 0;
    background: ${themeGet('colors', 'white')};
  }
  & > pre {
    max-height: 420px;
    padding: ${themeGet('space', 'lg')};
    overflow: auto;
    color: ${themeGet('colors', 'black')};
    font-family: monospace;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
`;
