import React from 'react';
import type { Texts } from '../parts/use-texts.js';
import { HeadCell } from './table.js';

interface Props {
  texts: Texts;
  /** The column's text and, if it can be sorted, the field to sort by. */
  title: string;
  sortsBy?: string;
  /** @default the remaining width */
  width?: string;
  list: { sortBy: string; direction: string; sort: (column: string) => void };
}

/** The header of a column; a button if the column can be sorted. */
export default function SortHeader({ texts, title, sortsBy, width, list }: Props): React.ReactElement {
  const active = list.sortBy === sortsBy;
  const order = active ? (list.direction === 'desc' ? 'descending' : 'ascending') : undefined;
  return (
    <HeadCell aria-sort={order} style={{ width }}>
      {sortsBy ? (
        <button type="button" title={texts.t('sortBy', { column: title })} onClick={() => list.sort(sortsBy)}>
          {title} <span aria-hidden="true">{active ? (list.direction === 'desc' ? '▼' : '▲') : ''}</span>
        </button>
      ) : (
        title
      )}
    </HeadCell>
  );
}
