import React from 'react';
import type { BulkReport } from '../../../shared/mail-log.js';
import { reasonLabel } from '../model/message.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  report: BulkReport;
  onClose: () => void;
}

/** The retried messages that are not sent now, counted by reason. */
export default function RetrySummary({ texts, report: { waiting, notDone }, onClose }: Props): React.ReactElement | null {
  const groups = [
    { title: 'retryWaiting', counts: Object.entries(waiting) },
    { title: 'retryNotRetried', counts: Object.entries(notDone) },
  ].filter(({ counts }) => counts.length > 0);
  if (groups.length === 0) return null;
  return (
    <div style={{ marginTop: 16 }}>
      <Alert
        tone="warning"
        testId="retried"
        actions={
          <Button type="button" size="sm" variant="text" onClick={onClose}>
            {texts.button('close')}
          </Button>
        }
      >
        {groups.map(({ title, counts }) => (
          <React.Fragment key={title}>
            <strong>{texts.t(title)}</strong>
            <ul>
              {counts.map(([reason, n]) => (
                <li key={reason}>
                  {n} – {texts.t(reasonLabel(reason))}
                </li>
              ))}
            </ul>
          </React.Fragment>
        ))}
      </Alert>
    </div>
  );
}
