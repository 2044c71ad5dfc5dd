import { Link, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { Table } from '../list/table.js';
import { focusRing, mutedTone, quietSurface, readOnlyTone, type Themed } from '../parts/tones.js';

/** The table of the change history: one line per entry, and its details below. */
export const HistoryTable = styled(Table)`
  & .at {
    width: 116px;
  }
  & .person {
    width: 20%;
  }
  & .record {
    width: 21%;
  }
  & .address {
    width: 132px;
  }
  & td {
    line-height: 24px;
    vertical-align: top;
  }
  & small {
    line-height: 1.45;
  }
  & td.record,
  & td.record > a {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  & td.record > a {
    display: block;
  }
  & td.person,
  & td.what {
    overflow-wrap: anywhere;
  }
  & tbody tr.details,
  & tbody tr.details tr {
    background: transparent;
  }
  & tr.details > td {
    height: auto;
    border-top: 0;
    padding-top: 0;
    padding-bottom: ${themeGet('space', 'xl')};
  }
  @media (max-width: 768px) {
    & tbody tr {
      padding-right: 0;
    }
    /* Time and person on one line. */
    & tbody td.at,
    & tbody td.person {
      display: inline;
      width: auto;
      padding-right: 0;
      color: ${mutedTone};
      font-size: ${themeGet('fontSizes', 'sm')};
    }
    & tbody td.person {
      padding-left: 0;
    }
    & tbody td.at:not(:empty) + td.person::before {
      content: ' · ';
    }
    & tbody td.at:empty,
    & tbody td.record.none,
    & tbody td.address {
      display: none;
    }
    & tbody td.at:empty + td.person {
      padding-left: ${themeGet('space', 'lg')};
    }
    & tbody td.person small {
      display: inline;
    }
    & tbody td.record {
      width: auto;
    }
    & tbody tr.details {
      border-top: 0;
      padding-top: 0;
    }
  }
`;

/** The sentence of an entry as a button that shows the details. */
export const Sentence = styled.button`
  position: relative;
  display: block;
  width: 100%;
  min-height: 24px;
  padding: 0 0 0 ${themeGet('space', 'xl')};
  border: 0;
  background: transparent;
  color: inherit;
  font: inherit;
  line-height: 24px;
  text-align: left;
  overflow-wrap: anywhere;
  cursor: pointer;
  & > [aria-hidden] {
    position: absolute;
    left: 0;
    width: ${themeGet('space', 'lg')};
    color: ${mutedTone};
    transition: none;
  }
  &:hover {
    color: ${readOnlyTone};
  }
  &:focus-visible {
    ${focusRing}
  }
  & + small {
    padding-left: ${themeGet('space', 'xl')};
  }
`;

/** The details of an entry, indented below its sentence. */
export const Details = styled.div`
  display: grid;
  gap: ${themeGet('space', 'lg')};
  padding: ${(props: Themed & { $isNarrow?: boolean }) => themeGet('space', props.$isNarrow ? 'default' : 'lg')(props)};
  border-radius: ${themeGet('space', 'sm')};
  background: ${(props: Themed & { $isNarrow?: boolean }) => (props.$isNarrow ? 'transparent' : quietSurface(props))};
`;

/** Each field's name above its values. */
const stacked = (props: Themed): string => `
  &&& tr {
    display: flex;
    flex-wrap: wrap;
    border-top: 1px solid ${themeGet('colors', 'border')(props)};
  }
  &&& thead tr {
    border-top: 0;
  }
  &&& th,
  &&& td {
    box-sizing: border-box;
    flex: 1 1 0;
    min-width: 0;
    border-top: 0;
    padding-top: 0;
  }
  &&& th {
    padding-top: ${themeGet('space', 'sm')(props)};
  }
  &&& th:first-child {
    flex-basis: 100%;
    color: ${mutedTone(props)};
  }
  &&& thead th:first-child {
    display: none;
  }
`;

/** Changed fields, before and after. On narrow screens, each field's name is above its values. */
export const ChangeTable = styled.table.attrs({ role: 'table' })`
  width: 100%;
  table-layout: fixed;
  border-collapse: collapse;
  line-height: 1.45;
  &&& thead {
    display: table-header-group;
  }
  &&& tr {
    display: table-row;
    padding: 0;
    border: 0;
    background: transparent;
  }
  &&& th,
  &&& td {
    display: table-cell;
    height: auto;
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')} ${themeGet('space', 'sm')} 0;
    border: 0;
    border-top: 1px solid ${themeGet('colors', 'border')};
    background: transparent;
    font-size: ${themeGet('fontSizes', 'default')};
    font-weight: normal;
    line-height: inherit;
    text-align: left;
    vertical-align: top;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  &&& thead th {
    border-top: 0;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & code {
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  ${(props: Themed & { $isNarrow?: boolean }) => (props.$isNarrow ? stacked(props) : `@media (max-width: 576px) {${stacked(props)}}`)}
`;

/** Names and values, two columns. */
export const Facts = styled.dl`
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  gap: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
  line-height: 1.45;
  overflow-wrap: anywhere;
  & dt {
    color: ${mutedTone};
  }
  & code {
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
`;

/** A link that is legible in every theme. */
export const LegibleLink = styled(Link)`
  && {
    color: ${readOnlyTone};
    line-height: inherit;
    text-decoration: underline;
  }
  &&:focus-visible {
    ${focusRing}
  }
`;
