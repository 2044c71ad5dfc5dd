import { Button, Input } from '@adminjs/design-system';
import { useCurrentAdmin, useNotice } from 'adminjs';
import React, { useState, type FormEvent } from 'react';
import { recordAction } from '../model/api.js';
import { whyNoContent, type LogMessage } from '../model/message.js';
import Alert from '../parts/Alert.js';
import Dialog from '../parts/Dialog.js';
import Field, { Help } from '../parts/Field.js';
import { refusal } from '../parts/refusal.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';

type Target = 'original' | 'me' | 'other';
const HELP = { original: 'resendOriginalHelp', me: 'resendOtherHelp', other: 'resendOtherHelp' };

interface Props {
  texts: Texts;
  resourceId: string;
  message: LogMessage;
  onDone: () => void;
  onClose: () => void;
}

/** Sends a message again: to its own recipients, to whoever asks, or to another address. */
export default function ResendDialog({ texts, resourceId, message, onDone, onClose }: Props): React.ReactElement {
  const addNotice = useNotice();
  const [admin] = useCurrentAdmin();
  const email = typeof admin?.email === 'string' ? admin.email : '';
  const [target, setTarget] = useState<Target>(email ? 'me' : 'other');
  const [address, setAddress] = useState('');
  const [error, setError] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const blocked = whyNoContent(message);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError('');
    setFailure('');
    setBusy(true);
    try {
      const answer = await recordAction(resourceId, message.id, 'resend', { to: target === 'other' ? address : target });
      const refused = answer.record?.errors?.to;
      if (refused) setError(texts.error('to', refused));
      else if (answer.notice?.type === 'error') setFailure(refusal(answer, texts));
      else {
        addNotice({ message: 'resent', type: 'success', resourceId });
        return onDone();
      }
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };

  const choice = (value: Target, label: string): React.ReactElement => (
    <p>
      <label>
        <input type="radio" name="resendTo" value={value} checked={target === value} onChange={() => setTarget(value)} /> {label}
      </label>
    </p>
  );
  const footer = (
    <>
      <Button type="button" variant="text" onClick={onClose}>
        {texts.button(blocked ? 'close' : 'cancel')}
      </Button>
      {!blocked && (
        <SteadyButton type="submit" form="smtp-resend" variant="contained" off={busy}>
          {texts.button('resend')}
        </SteadyButton>
      )}
    </>
  );
  return (
    <Dialog title={texts.t('resendTitle')} closeLabel={texts.button('close')} onClose={onClose} footer={footer}>
      {blocked ? (
        <Alert tone="info">{texts.t(blocked)}</Alert>
      ) : (
        <form id="smtp-resend" noValidate onSubmit={(event) => void submit(event)}>
          <p>{texts.t('resendText')}</p>
          <fieldset style={{ border: 0, margin: '16px 0', padding: 0 }}>
            <legend>{texts.property('resendTo')}</legend>
            {email && choice('me', texts.t('resendMe', { email }))}
            {choice('other', texts.t('resendOther'))}
            {choice('original', `${texts.t('resendOriginal')}: ${message.recipients}`)}
          </fieldset>
          {target === 'other' && (
            <Field name="address" id="resendAddress" label={texts.property('address')} error={error} required>
              {(control) => (
                <Input
                  {...control}
                  type="email"
                  value={address}
                  onChange={(event: React.ChangeEvent<HTMLInputElement>) => setAddress(event.target.value)}
                />
              )}
            </Field>
          )}
          <Help>{texts.t(HELP[target])}</Help>
        </form>
      )}
      {failure && <Alert tone="error">{failure}</Alert>}
    </Dialog>
  );
}
