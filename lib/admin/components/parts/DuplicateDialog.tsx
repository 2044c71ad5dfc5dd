import { Button } from '@adminjs/design-system';
import React, { useState, type FormEvent } from 'react';
import { recordAction, type Answer } from '../model/api.js';
import type { SavedConfig } from '../model/draft.js';
import Alert from './Alert.js';
import Dialog from './Dialog.js';
import Field from './Field.js';
import PasswordInput from './PasswordInput.js';
import SteadyButton from './SteadyButton.js';
import type { Texts } from './use-texts.js';
import { refusal } from './refusal.js';

interface Props {
  texts: Texts;
  resourceId: string;
  config: SavedConfig;
  onDone: (answer: Answer) => void;
  onClose: () => void;
}

/** Copies a configuration. A stored password is never copied: it has to be typed for the copy. */
export default function DuplicateDialog({ texts, resourceId, config, onDone, onClose }: Props): React.ReactElement {
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setFailure('');
    setError('');
    if (config.hasPassword && !password) {
      setError(texts.error('password', { type: 'password_needed' }));
      document.getElementById('duplicatePassword')?.focus();
      return;
    }
    setBusy(true);
    try {
      const answer = await recordAction(resourceId, config.id, 'duplicate', password ? { password } : {});
      const refused = answer.errors?.password ?? answer.record?.errors?.password;
      if (refused) setError(texts.error('password', refused));
      else if (answer.notice?.type === 'error') setFailure(refusal(answer, texts));
      else return onDone(answer);
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };

  const footer = (
    <>
      <Button type="button" variant="text" onClick={onClose}>
        {texts.button('cancel')}
      </Button>
      <SteadyButton type="submit" form="smtp-duplicate" variant="contained" off={busy}>
        {texts.button('duplicate')}
      </SteadyButton>
    </>
  );
  return (
    <Dialog
      title={texts.t('duplicateTitle', { name: config.draft.name })}
      closeLabel={texts.button('close')}
      onClose={onClose}
      footer={footer}
    >
      <form id="smtp-duplicate" noValidate onSubmit={(event) => void submit(event)}>
        <p style={{ marginBottom: 16 }}>{texts.t('duplicateText')}</p>
        {config.hasPassword && (
          <Field
            name="password"
            id="duplicatePassword"
            label={texts.property('password')}
            help={texts.t('duplicatePassword')}
            error={error}
            required
          >
            {(control) => <PasswordInput texts={texts} control={control} value={password} first onChange={setPassword} />}
          </Field>
        )}
      </form>
      {failure && <Alert tone="error">{failure}</Alert>}
    </Dialog>
  );
}
