import { Link } from '@adminjs/design-system';
import React from 'react';
import type { FailingConfig } from '../../../shared/mail-log.js';
import type { Wire } from '../../../shared/wire.js';
import { waitingFor } from '../model/log-filters.js';
import Alert from '../parts/Alert.js';
import CountLink from '../parts/CountLink.js';
import { recordUrl } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import Countdown from './Countdown.js';
import FailingActions from './FailingActions.js';
import When from './When.js';

interface Props {
  texts: Texts;
  failing: Wire<FailingConfig>;
  canManage: boolean;
  /** True with a single configuration: there is none to move to. */
  isSingle: boolean;
  /** Called after an action. */
  onTried: () => void;
}

const waitingKey = (count: number): string => (count === 0 ? 'failingWaitingNone' : count === 1 ? 'failingWaitingOne' : 'failingWaiting');

/** A failing configuration: since when, why, how many messages wait, and its actions. */
export default function FailingBanner({ texts, failing, canManage, isSingle, onTried }: Props): React.ReactElement {
  const { configId, name, since, field, waiting, nextProbeAt } = failing;
  const actions = (
    <>
      {(!canManage || field === null) && (
        <Link href={recordUrl('SmtpConfig', configId, canManage ? 'edit' : 'show')}>{texts.t('openConfig', { name })}</Link>
      )}
      {canManage && (
        <FailingActions
          texts={texts}
          config={{ id: configId, name }}
          field={field}
          waiting={waiting}
          isSingle={isSingle}
          onDone={onTried}
        />
      )}
    </>
  );
  return (
    <Alert tone="warning" testId={`failing-${name}`} actions={actions}>
      <strong>
        {texts.t('failing', { name })} <When at={since} locale={texts.locale} />
      </strong>
      <p>{texts.failure(failing)}</p>
      <p>
        <CountLink count={waiting} rows={waitingFor(name)}>
          {texts.t(waitingKey(waiting), { count: waiting.toLocaleString(texts.locale) })}
        </CountLink>{' '}
        <Countdown at={nextProbeAt} texts={texts} />
      </p>
    </Alert>
  );
}
