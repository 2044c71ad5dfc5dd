import { Link } from '@adminjs/design-system';
import React from 'react';
import { explanationOf, type LogMessage, type Status } from '../model/message.js';
import Alert, { type Tone } from '../parts/Alert.js';
import { listUrl, recordUrl } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import TryNow from './TryNow.js';

const TONES: Record<Status, Tone> = {
  queued: 'info',
  sending: 'info',
  sent: 'success',
  partly_sent: 'warning',
  failed: 'error',
  expired: 'error',
  cancelled: 'info',
  held: 'warning',
  unknown: 'warning',
};

/** Reasons that are mended at the message's own configuration, and those that are mended among all of them. */
const AT_ITS_CONFIG = ['parked', 'disabled', 'default_disabled'];
const AMONG_CONFIGS = ['missing', 'no_default'];

interface Props {
  message: LogMessage;
  resourceId: string;
  mayManage: boolean;
  texts: Texts;
  onTried: () => void;
}

/** What the status of a message means, why it is so, and the next step. */
export default function Explanation({ message, resourceId, mayManage, texts, onTried }: Props): React.ReactElement {
  const { status, reason, configId, configName, lastError } = message;
  const isOver = status === 'failed' || status === 'unknown';
  const waits = reason !== null && (AT_ITS_CONFIG.includes(reason) || AMONG_CONFIGS.includes(reason));
  return (
    <Alert
      tone={waits ? 'warning' : TONES[status]}
      testId="explanation"
      actions={
        waits && (
          <>
            {configId && AT_ITS_CONFIG.includes(reason) ? (
              <Link href={recordUrl('SmtpConfig', configId, mayManage ? 'edit' : 'show')}>
                {texts.t('openConfig', { name: configName ?? '' })}
              </Link>
            ) : (
              <Link href={listUrl('SmtpConfig')}>{texts.t('openConfigs')}</Link>
            )}
            {configId && reason === 'parked' && mayManage && (
              <TryNow texts={texts} resourceId={resourceId} configId={configId} onTried={onTried} />
            )}
          </>
        )
      }
    >
      {isOver && lastError && <p>{lastError}</p>}
      <p>{texts.t(`explain_${explanationOf(message)}`)}</p>
    </Alert>
  );
}
