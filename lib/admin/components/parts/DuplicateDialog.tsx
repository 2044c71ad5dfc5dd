import React, { useState, type FormEvent } from 'react';
import type { FieldErrors } from '../../../shared/admin-responses.js';
import { hasSecretName, type SecretColumn } from '../../../shared/config-fields.js';
import { recordAction, type ApiResponse } from '../model/api.js';
import { storedSecrets, type SavedConfig } from '../model/draft.js';
import Alert from './Alert.js';
import Button from './Button.js';
import Dialog from './Dialog.js';
import Field from './Field.js';
import SecretInput from './SecretInput.js';
import SteadyButton from './SteadyButton.js';
import type { Texts } from './use-texts.js';
import { refusal } from './refusal.js';

interface Props {
  texts: Texts;
  resourceId: string;
  config: SavedConfig;
  onDone: (response: ApiResponse) => void;
  onClose: () => void;
}

const inputId = (column: SecretColumn): string => hasSecretName(column).replace('has', 'duplicate');

/** The dialog for copying a configuration. A stored secret is never copied and must be entered for the copy. */
export default function DuplicateDialog({ texts, resourceId, config, onDone, onClose }: Props): React.ReactElement {
  const needed = storedSecrets(config);
  const [typed, setTyped] = useState<Partial<Record<SecretColumn, string>>>({});
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setFailure('');
    const missing = needed.filter((column) => !typed[column]);
    setErrors(Object.fromEntries(missing.map((column) => [column, { type: 'password_needed' }])));
    if (missing[0]) {
      document.getElementById(inputId(missing[0]))?.focus();
      return;
    }
    setBusy(true);
    try {
      const response = await recordAction(resourceId, config.id, 'duplicate', typed);
      const refused = response.errors ?? response.record?.errors ?? {};
      if (needed.some((column) => refused[column])) setErrors(refused);
      else if (response.notice?.type === 'error') setFailure(refusal(response, texts));
      else return onDone(response);
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
        <p style={{ marginBottom: 16 }}>{texts.t(needed.length > 0 ? 'duplicateTextSecret' : 'duplicateText')}</p>
        {needed.map((column, index) => (
          <Field
            key={column}
            name={column}
            id={inputId(column)}
            label={texts.property(column)}
            help={texts.t('duplicateSecret')}
            error={errors[column] && texts.error(column, errors[column])}
            required
          >
            {(control) => (
              <SecretInput
                column={column}
                texts={texts}
                control={control}
                value={typed[column] ?? ''}
                first={index === 0}
                onChange={(value) => setTyped((now) => ({ ...now, [column]: value }))}
              />
            )}
          </Field>
        ))}
      </form>
      {failure && <Alert tone="error">{failure}</Alert>}
    </Dialog>
  );
}
