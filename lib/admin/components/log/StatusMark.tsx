import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { MessageStatus } from '../../../shared/mail-log.js';
import { errorTone, mutedTone, readOnlyTone, successTone, warningTone, type Themed } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';

const SIGNS = {
  queued: { shape: '↻', tone: mutedTone },
  sending: { shape: '➤', tone: readOnlyTone },
  sent: { shape: '✓', tone: successTone },
  partially_sent: { shape: '◐', tone: warningTone },
  failed: { shape: '✗', tone: errorTone },
  expired: { shape: '◌', tone: errorTone },
  cancelled: { shape: '▪', tone: mutedTone },
  held: { shape: '▲', tone: warningTone },
  unknown: { shape: '?', tone: warningTone },
};

const Word = styled.span`
  white-space: nowrap;
  color: ${(props: Themed & { $status: MessageStatus }) => SIGNS[props.$status].tone(props)};
  & > span {
    display: inline-block;
    width: 1.4em;
  }
`;

/** The status of a message as an icon, a word and a color. */
export default function StatusMark({ status, texts }: { status: MessageStatus; texts: Texts }): React.ReactElement {
  return (
    <Word $status={status} data-status={status}>
      <span aria-hidden="true">{SIGNS[status].shape}</span>
      {texts.label(`status_${status}`)}
    </Word>
  );
}
