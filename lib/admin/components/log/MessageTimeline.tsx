import React from 'react';
import HistoryLink from '../history/HistoryLink.js';
import { useHistoryTexts } from '../history/use-history-texts.js';
import { useRecordHistory } from '../history/use-record-history.js';
import type { LogAttempt } from '../model/attempts.js';
import type { LogMessage } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';
import Timeline from './Timeline.js';

interface Props {
  message: LogMessage;
  attempts: LogAttempt[];
  /** The number of times that its content was viewed on this page. */
  views: number;
  texts: Texts;
}

/** The events of a message together with its entries of the change history, and the link to all of those. */
export default function MessageTimeline({ message, attempts, views, texts }: Props): React.ReactElement {
  const words = useHistoryTexts(undefined);
  const record = { type: 'message', id: message.id } as const;
  const history = useRecordHistory(record, JSON.stringify([message, attempts, views]));
  return (
    <>
      <Timeline message={message} attempts={attempts} history={history.page} words={words} texts={texts} />
      <HistoryLink record={record} history={history} words={words} />
    </>
  );
}
