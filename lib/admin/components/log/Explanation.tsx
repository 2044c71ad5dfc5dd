import { Link } from '@adminjs/design-system';
import React from 'react';
import type { MessageStatus } from '../../../shared/mail-log.js';
import type { Activity } from '../../../shared/smtp-config.js';
import { explanationOf, type LogMessage } from '../model/message.js';
import Alert, { type Tone } from '../parts/Alert.js';
import { listUrl, recordUrl } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import TryNow from './TryNow.js';

const TONES: Record<MessageStatus, Tone> = {
  queued: 'info',
  sending: 'info',
  sent: 'success',
  partially_sent: 'warning',
  failed: 'error',
  expired: 'error',
  cancelled: 'info',
  held: 'warning',
  unknown: 'warning',
};

/** Reasons to fix in the message's configuration, and reasons to fix in the list of configurations. */
const FIX_IN_CONFIG = ['failing', 'disabled', 'default_disabled'];
const FIX_IN_LIST = ['missing', 'no_default'];
/** The reason to fix where the configuration of an email type is chosen. */
const FIX_IN_ACTIVITY = 'activity_missing';

interface Props {
  message: LogMessage;
  activities: Activity[];
  /** True if the application has a single configuration. */
  isSingle: boolean;
  resourceId: string;
  canManage: boolean;
  texts: Texts;
  onTried: () => void;
}

/** The explanation of a message's status, its reason, and the next step. */
export default function Explanation(props: Props): React.ReactElement {
  const { message, activities, isSingle, resourceId, canManage, texts, onTried } = props;
  const { status, reason, configId, configName, activity, failure } = message;
  const isOver = status === 'failed' || status === 'unknown';
  const waits = reason !== null && [...FIX_IN_CONFIG, ...FIX_IN_LIST, FIX_IN_ACTIVITY].includes(reason);
  return (
    <Alert
      tone={waits ? 'warning' : TONES[status]}
      testId="explanation"
      actions={
        waits && (
          <>
            {reason === FIX_IN_ACTIVITY ? (
              <Link href={canManage ? recordUrl('SmtpActivity', activity, 'edit') : listUrl('SmtpActivity')}>
                {texts.t('openConfig', { name: activities.find(({ key }) => key === activity)?.label ?? activity })}
              </Link>
            ) : configId && FIX_IN_CONFIG.includes(reason) ? (
              <Link href={recordUrl('SmtpConfig', configId, canManage ? 'edit' : 'show')}>
                {texts.t('openConfig', { name: configName ?? '' })}
              </Link>
            ) : (
              <Link href={listUrl('SmtpConfig')}>{texts.t('openConfigs')}</Link>
            )}
            {configId && reason === 'failing' && canManage && (
              <TryNow texts={texts} resourceId={resourceId} configId={configId} onTried={onTried} />
            )}
          </>
        )
      }
    >
      {(isOver || reason === 'failing') && failure && <p>{texts.failure(failure)}</p>}
      <p>{texts.t(`explain_${explanationOf(message, isSingle)}`, { name: configName ?? '' })}</p>
    </Alert>
  );
}
