import React from 'react';
import type { BulkReport, MessageAction } from '../../../shared/mail-log.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  action: MessageAction;
  report: BulkReport;
  onClose: () => void;
}

/** The messages of an action on several that are not sent now, or were left as they are, counted by reason. */
export default function BulkSummary({ texts, action, report: { waiting, notDone }, onClose }: Props): React.ReactElement | null {
  const groups = [
    { title: texts.t('stillWaiting'), reasons: Object.entries(waiting), label: (reason: string) => texts.t(`reason_${reason}`) },
    {
      title: texts.t(`notDone_${action}`),
      reasons: Object.entries(notDone),
      label: (reason: string) => obstacleText(reason, action, texts),
    },
  ].filter(({ reasons }) => reasons.length > 0);
  if (groups.length === 0) return null;
  return (
    <div style={{ marginTop: 16 }}>
      <Alert
        tone="warning"
        testId="bulk-summary"
        actions={
          <Button type="button" size="sm" variant="text" onClick={onClose}>
            {texts.button('close')}
          </Button>
        }
      >
        {groups.map(({ title, reasons, label }) => (
          <React.Fragment key={title}>
            <strong>{title}</strong>
            <ul>
              {reasons.map(([reason, n]) => (
                <li key={reason}>
                  {n.toLocaleString(texts.locale)} – {label(reason)}
                </li>
              ))}
            </ul>
          </React.Fragment>
        ))}
      </Alert>
    </div>
  );
}

/** Returns the text for why an action left messages as they are. */
export function obstacleText(reason: string, action: MessageAction, texts: Texts): string {
  return texts.optional(`obstacle_${reason}_${action}`) || texts.optional(`obstacle_${reason}`) || texts.t(`reason_${reason}`);
}
