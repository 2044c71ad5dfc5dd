import { Link } from '@adminjs/design-system';
import React from 'react';
import type { MessageStatus } from '../../../shared/mail-log.js';
import type { Activity } from '../../../shared/smtp-config.js';
import { explanationOf, type LogMessage } from '../model/message.js';
import Alert, { type Tone } from '../parts/Alert.js';
import FixLink from '../parts/FixLink.js';
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

/** The step that helps the message. */
function NextStep({ message, activities, resourceId, canManage, texts, onTried }: Omit<Props, 'isSingle'>): React.ReactElement | null {
  const { reason, configId, configName, activity, failure } = message;
  const field = canManage && (isGivenUp(message) || reason === 'failing') ? failure?.field : undefined;
  if (reason === FIX_IN_ACTIVITY) {
    return (
      <Link href={canManage ? recordUrl('SmtpActivity', activity, 'edit') : listUrl('SmtpActivity')}>
        {texts.t('openConfig', { name: activities.find(({ key }) => key === activity)?.label ?? activity })}
      </Link>
    );
  }
  if (configId && (field || FIX_IN_CONFIG.some((one) => one === reason))) {
    return (
      <>
        {field ? (
          <FixLink texts={texts} configId={configId} field={field} />
        ) : (
          <Link href={recordUrl('SmtpConfig', configId, canManage ? 'edit' : 'show')}>
            {texts.t('openConfig', { name: configName ?? '' })}
          </Link>
        )}
        {reason === 'failing' && canManage && (
          <TryNow texts={texts} resourceId={resourceId} configId={configId} isSecond={Boolean(field)} onTried={onTried} />
        )}
      </>
    );
  }
  return FIX_IN_LIST.some((one) => one === reason) ? <Link href={listUrl('SmtpConfig')}>{texts.t('openConfigs')}</Link> : null;
}

/** The explanation of a message's status, its reason, and the next step. */
export default function Explanation({ isSingle, ...rest }: Props): React.ReactElement {
  const { message, texts } = rest;
  const { status, reason, configName, failure } = message;
  return (
    <Alert tone={isBlocked(message) ? 'warning' : TONES[status]} testId="explanation" actions={<NextStep {...rest} />}>
      {(isGivenUp(message) || reason === 'failing') && failure && <p>{texts.failure(failure)}</p>}
      <p>{texts.t(`explain_${explanationOf(message, isSingle)}`, { name: configName ?? '' })}</p>
    </Alert>
  );
}

const isGivenUp = ({ status }: LogMessage): boolean => status === 'failed' || status === 'unknown';
const isBlocked = ({ reason }: LogMessage): boolean => [...FIX_IN_CONFIG, ...FIX_IN_LIST, FIX_IN_ACTIVITY].some((one) => one === reason);
