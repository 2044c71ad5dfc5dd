import { Placeholder } from '@adminjs/design-system';
import React from 'react';
import { Cell, Row } from './table.js';

/** Placeholder rows with the height of real ones, so that the layout does not jump. */
export default function Skeleton({
  columns,
  select = false,
  menu = false,
  rows = 3,
}: {
  columns: number;
  /** True if the first column is one of checkboxes. */
  select?: boolean;
  menu?: boolean;
  rows?: number;
}): React.ReactElement {
  return (
    <>
      {Array.from({ length: rows }, (_, row) => (
        <Row key={row} aria-hidden="true">
          {select && <Cell className="select" />}
          {Array.from({ length: columns + (menu ? 1 : 0) }, (__, column) => (
            <Cell key={column}>
              {column < columns && <Placeholder height={18} width={column === 0 ? 110 : 150} style={{ maxWidth: '100%' }} />}
            </Cell>
          ))}
        </Row>
      ))}
    </>
  );
}
