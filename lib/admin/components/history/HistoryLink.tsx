import React from 'react';
import type { SmtpAuditRecord } from '../../../shared/audit.js';
import LoadFailure from '../parts/LoadFailure.js';
import { LegibleLink } from './layout.js';
import type { HistoryTexts } from './use-history-texts.js';
import { historyUrl, type RecordHistory } from './use-record-history.js';

interface Props {
  record: SmtpAuditRecord;
  history: RecordHistory;
  words: HistoryTexts;
}

/** The link to all entries about a record, and the note that they could not be loaded. Nothing if there are none. */
export default function HistoryLink({ record, history, words: { texts } }: Props): React.ReactElement | null {
  if (history.failure !== null)
    return <LoadFailure texts={texts} text="panelFailed" testId="history-failed" failure={history.failure} onRetry={history.reload} />;
  if (!history.page?.entries.length) return null;
  return (
    <p>
      <LegibleLink href={historyUrl(record)}>{texts.button('showHistory')}</LegibleLink>
    </p>
  );
}
