import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { useCurrentAdmin, useNotice } from 'adminjs';
import React, { useState, type FormEvent } from 'react';
import type { MessageStatus } from '../../../shared/mail-log.js';
import { recordAction } from '../model/api.js';
import { whyNoContent, type LogMessage } from '../model/message.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import Dialog from '../parts/Dialog.js';
import Field, { Help } from '../parts/Field.js';
import { refusal } from '../parts/refusal.js';
import SteadyButton from '../parts/SteadyButton.js';
import { focusRing } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';
import { MessageSummary, recipientsOf } from './subject.js';

type ResendTo = 'original' | 'me' | 'other';
const HELP = { original: 'resendOriginalHelp', me: 'resendOtherHelp', other: 'resendOtherHelp' };

const Choice = styled.label`
  display: flex;
  gap: ${themeGet('space', 'default')};
  align-items: baseline;
  padding: ${themeGet('space', 'sm')} 0;
  overflow-wrap: anywhere;
  cursor: pointer;
  & > input {
    flex: none;
    margin: 0;
  }
  & > input:focus-visible {
    ${focusRing}
  }
`;

/** The statuses of messages that their recipients probably do not have. */
const UNDELIVERED: MessageStatus[] = ['failed', 'expired', 'cancelled', 'unknown'];

/**
 * Returns for whom a message is probably resent: the refused recipients at a corrected address, the recipients who did not get it,
 * or else the admin, who wants to see it.
 */
function likelyTarget({ status, delivery }: LogMessage, email: string): ResendTo {
  if (delivery && delivery.refused.length > 0) return 'other';
  if (UNDELIVERED.includes(status)) return 'original';
  return email ? 'me' : 'other';
}

interface Props {
  texts: Texts;
  resourceId: string;
  message: LogMessage;
  /** Called with the id of the new message. */
  onDone: (id: string | undefined) => void;
  onClose: () => void;
}

/** Resends a message: to its recipients, to the admin, or to another address. */
export default function ResendDialog({ texts, resourceId, message, onDone, onClose }: Props): React.ReactElement {
  const addNotice = useNotice();
  const [admin] = useCurrentAdmin();
  const email = typeof admin?.email === 'string' ? admin.email : '';
  const missed = message.delivery?.refused ?? [];
  const [target, setTarget] = useState<ResendTo>(() => likelyTarget(message, email));
  const [address, setAddress] = useState(missed.length === 1 && missed[0] ? missed[0].address : '');
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
      const response = await recordAction(resourceId, message.id, 'resend', { to: target === 'other' ? address : target });
      const refused = response.record?.errors?.to;
      if (refused && target === 'other') {
        setError(texts.error('to', refused));
        document.getElementById('resendAddress')?.focus();
      } else if (refused) setFailure(texts.error('to', refused));
      else if (response.notice?.type === 'error') setFailure(refusal(response, texts));
      else {
        addNotice({ message: 'resent', type: 'success', resourceId });
        return onDone(response.resent?.id);
      }
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };

  const choice = (value: ResendTo, label: string): React.ReactElement => (
    <Choice>
      <input
        type="radio"
        name="resendTo"
        value={value}
        checked={target === value}
        data-autofocus={target === value || undefined}
        onChange={() => setTarget(value)}
      />
      <span>{label}</span>
    </Choice>
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
          <MessageSummary message={message} texts={texts} />
          <p>{texts.t('resendText')}</p>
          <fieldset style={{ border: 0, margin: '16px 0', padding: 0 }}>
            <legend>{texts.property('resendTo')}</legend>
            {choice('original', `${texts.t('resendOriginal')}: ${recipientsOf(message, texts)}`)}
            {email && choice('me', texts.t('resendMe', { email }))}
            {choice('other', texts.t('resendOther'))}
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
      {failure && (
        <div style={{ marginTop: 16 }}>
          <Alert tone="error">{failure}</Alert>
        </div>
      )}
    </Dialog>
  );
}
