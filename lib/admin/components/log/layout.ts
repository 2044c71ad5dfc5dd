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
  & .status {
    width: 20%;
  }
  & .recipients {
    width: 22%;
  }
  & .configName {
    width: 16%;
  }
  & .when {
    width: 124px;
  }
  & .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  & .lines {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  @media (max-width: 768px) {
    & tbody td.select {
      position: absolute;
      top: ${themeGet('space', 'default')};
      right: ${themeGet('space', 'x3')};
      width: auto;
      padding: ${themeGet('space', 'default')};
    }
    /* Configuration and time on one line. */
    & tbody td.meta {
      display: inline;
      padding: 0;
      color: ${mutedTone};
      font-size: ${themeGet('fontSizes', 'sm')};
    }
    & tbody td.meta.configName {
      padding-left: ${themeGet('space', 'lg')};
    }
    & tbody td.meta + td.meta::before {
      content: ' · ';
    }
    & tbody td.status,
    & tbody td.recipients {
      width: auto;
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
