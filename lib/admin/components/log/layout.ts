import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { Table } from '../list/table.js';
import { mutedTone } from '../parts/tones.js';

/** The table of messages, with truncated cells, so that each row stays on one line. */
export const LogTable = styled(Table)`
  & .select {
    width: 50px;
    padding-right: 0;
  }
  & th:not(.select):not(.end),
  & td:not(.select):not(.end) {
    padding-right: ${themeGet('space', 'default')};
    padding-left: ${themeGet('space', 'default')};
  }
  & .status {
    width: 32%;
  }
  & .configName {
    width: 15%;
  }
  & .when {
    width: 104px;
  }
  & .end {
    width: 56px;
  }
  & tbody tr[aria-hidden] td {
    height: 60px;
  }
  & td.configName {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  & .narrow {
    display: none;
  }
  & .cut {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  & .cut > a {
    display: inline;
  }
  /* Recipients, and the email type, which has at most half of the line. */
  & .pair {
    display: flex;
  }
  & .pair > .cut + .cut {
    flex: 0 0 auto;
    max-width: 50%;
  }
  & .pair > .cut + .cut::before {
    content: ' · ';
    white-space: pre;
  }
  & .lines {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  @media (max-width: 768px) {
    /* Only the checkbox that selects all. */
    &[data-selectable] thead {
      display: block;
    }
    & thead tr {
      display: flex;
    }
    & thead th:not(.select) {
      display: none;
    }
    & thead th.select {
      flex: 1;
      width: auto;
    }
    & thead label {
      display: flex;
      gap: ${themeGet('space', 'default')};
      align-items: center;
      cursor: pointer;
    }
    & .narrow {
      display: inline;
    }
    &[data-selectable] tbody tr {
      padding-left: ${themeGet('space', 'x3')};
    }
    & tbody td.select {
      position: absolute;
      top: ${themeGet('space', 'default')};
      left: 0;
      width: auto;
      padding: 2px ${themeGet('space', 'lg')};
    }
    /* Configuration and time on one line. */
    & tbody td.meta {
      display: inline;
      padding: 0;
      vertical-align: baseline;
      color: ${mutedTone};
      font-size: ${themeGet('fontSizes', 'sm')};
    }
    & tbody td.meta.configName {
      padding: 0 0 0 ${themeGet('space', 'default')};
    }
    & tbody td.meta.when {
      padding: 0;
    }
    & tbody td.meta + td.meta::before {
      content: ' · ';
    }
    & tbody td.status,
    & tbody td.message {
      width: auto;
    }
    & tbody tr[aria-hidden] td {
      height: auto;
    }
  }
`;

/** A mail as its recipients see it: dark on light in every theme. */
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
  & > dl {
    max-height: 420px;
    padding: ${themeGet('space', 'lg')};
    overflow: auto;
    color: ${themeGet('colors', 'black')};
  }
  & > dl > dt {
    color: inherit;
    font-weight: ${themeGet('fontWeights', 'bold')};
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
