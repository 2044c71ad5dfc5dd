import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { errorTone, successTone, type Themed } from '../parts/tones.js';
import type { EntryResult } from './entry-result.js';

const Sign = styled.span`
  color: ${(props: Themed & { $isOk: boolean }) => (props.$isOk ? successTone : errorTone)(props)};
`;

/** The result of a request to a server or a vault, as a sign and a word. */
export default function ResultMark({ result: { isOk, summary } }: { result: EntryResult }): React.ReactElement {
  return (
    <small data-ok={isOk}>
      <Sign aria-hidden="true" $isOk={isOk}>
        {isOk ? '✓' : '✗'}
      </Sign>{' '}
      {summary}
    </small>
  );
}
