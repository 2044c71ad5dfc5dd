import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import Screen from '../parts/Screen.js';
import { focusRing, mutedTone, quietSurface, readOnlyTone, warningTone } from '../parts/tones.js';

/** The container of lists, as in AdminJS. */
export const Page = styled(Screen)`
  /* Contains visually hidden elements, which would otherwise enlarge the page. */
  position: relative;
  padding: ${themeGet('space', 'xl')};
  border-radius: ${themeGet('space', 'default')};
  background: ${themeGet('colors', 'container')};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.45;
  @media (max-width: 576px) {
    padding: ${themeGet('space', 'lg')};
  }
`;

/**
 * A table that turns into blocks on narrow screens. Its parts have explicit roles, which browsers remove from a table that CSS lays
 * out as blocks.
 */
export const Table = styled.table.attrs({ role: 'table' })`
  table-layout: fixed;
  width: 100%;
  margin-top: ${themeGet('space', 'lg')};
  border: 1px solid ${themeGet('colors', 'border')};
  &[aria-busy='true'] {
    opacity: 0.6;
  }
  & th {
    box-sizing: border-box;
    padding: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
    text-align: left;
    font-weight: ${themeGet('fontWeights', 'bold')};
    font-size: ${themeGet('fontSizes', 'sm')};
    background: ${quietSurface};
    white-space: nowrap;
  }
  & th > button {
    padding: ${themeGet('space', 'sm')} 0;
    border: 0;
    background: transparent;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  & button:focus-visible,
  & a:focus-visible {
    ${focusRing}
  }
  & td {
    height: 40px;
    padding: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
    border-top: 1px solid ${themeGet('colors', 'border')};
    vertical-align: middle;
    overflow-wrap: break-word;
  }
  & .trouble {
    color: ${warningTone};
  }
  & td.name {
    overflow-wrap: anywhere;
  }
  & tbody tr:hover {
    background: ${quietSurface};
  }
  & a {
    display: inline-block;
    min-height: 24px;
    line-height: 24px;
    color: ${readOnlyTone};
    font-weight: ${themeGet('fontWeights', 'bold')};
    text-decoration: none;
  }
  & a:hover {
    text-decoration: underline;
  }
  & small {
    display: block;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & .end {
    width: 72px;
    text-align: right;
  }
  @media (max-width: 768px) {
    & thead {
      display: none;
    }
    & tbody tr {
      position: relative;
      display: block;
      padding: ${themeGet('space', 'default')} ${themeGet('space', 'x3')} ${themeGet('space', 'default')} 0;
      border-top: 1px solid ${themeGet('colors', 'border')};
    }
    & tbody td {
      display: block;
      height: auto;
      padding: ${themeGet('space', 'xs')} ${themeGet('space', 'lg')};
      border: 0;
    }
    & tbody td.end {
      position: absolute;
      top: ${themeGet('space', 'sm')};
      right: 0;
      width: auto;
      padding: 0;
    }
  }
`;

export const Head = styled.thead.attrs({ role: 'rowgroup' })``;
export const Body = styled.tbody.attrs({ role: 'rowgroup' })``;
export const Row = styled.tr.attrs({ role: 'row' })``;
export const HeadCell = styled.th.attrs({ role: 'columnheader', scope: 'col' })``;
export const Cell = styled.td.attrs({ role: 'cell' })``;

/** Filter box, tools and pages above and below the table. */
export const Bar = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'lg')};
  align-items: center;
  justify-content: space-between;
`;
