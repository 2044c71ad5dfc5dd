import { Link } from '@adminjs/design-system';
import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import { resourceAction } from '../model/api.js';
import type { ParkedConfig } from '../model/message.js';
import Alert from '../parts/Alert.js';
import { refusal } from '../parts/refusal.js';
import { recordUrl } from '../parts/use-go.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';
import Countdown from './Countdown.js';
import When from './When.js';

interface Props {
  texts: Texts;
  resourceId: string;
  parked: ParkedConfig;
  mayManage: boolean;
  onTried: () => void;
}

const waitingKey = (count: number): string => (count === 0 ? 'parkedWaitingNone' : count === 1 ? 'parkedWaitingOne' : 'parkedWaiting');

/** A configuration through which nothing is sent for now: since when, why, how many wait, and what can be done. */
export default function ParkedBanner({ texts, resourceId, parked, mayManage, onTried }: Props): React.ReactElement {
  const addNotice = useNotice();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const tryNow = async (): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      const answer = await resourceAction(resourceId, 'tryNow', { configId: parked.configId });
      if (answer.notice?.type === 'error') setFailure(refusal(answer, texts));
      else addNotice({ message: 'trying', type: 'success', resourceId });
      onTried();
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };
  const actions = (
    <>
      <Link href={recordUrl('SmtpConfig', parked.configId, mayManage ? 'edit' : 'show')}>{texts.button('openConfig')}</Link>
      {mayManage && (
        <SteadyButton type="button" size="sm" variant="outlined" off={busy} onClick={() => void tryNow()}>
          {texts.button('tryNow')}
        </SteadyButton>
      )}
    </>
  );
  return (
    <Alert tone="warning" testId={`parked-${parked.name}`} actions={actions}>
      {texts.t('parked', { name: parked.name })} <When at={parked.since} locale={texts.locale} />: {parked.error}{' '}
      {texts.t(waitingKey(parked.waiting), { count: parked.waiting })} <Countdown at={parked.nextProbeAt} texts={texts} />
      {failure && <p role="alert">{failure}</p>}
    </Alert>
  );
}
