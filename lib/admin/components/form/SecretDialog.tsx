import { Input } from '@adminjs/design-system';
import React, { useState, type FormEvent } from 'react';
import type { SecretColumn } from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import { destinationFields } from '../model/payload.js';
import { secretDraft, type SecretDraft } from '../model/secret.js';
import Button from '../parts/Button.js';
import Dialog from '../parts/Dialog.js';
import Field from '../parts/Field.js';
import SecretInput from '../parts/SecretInput.js';
import SecretBadge from '../parts/SecretBadge.js';
import SecretPicker from '../parts/SecretPicker.js';
import { useSecretCheck } from '../parts/use-secret-check.js';
import { useForm } from './form-context.js';

interface Props {
  column: SecretColumn;
  onApply: (secret: SecretDraft) => void;
  onClose: () => void;
}

/** The dialog for a secret: its source, and the value itself or one of the source's keys. */
export default function SecretDialog({ column, onApply, onClose }: Props): React.ReactElement {
  const { resourceId, draft, saved, settings, texts } = useForm();
  const now = secretDraft(draft, column);
  const inputTypes = [...(settings.storedSecrets ? [{ id: STORED, label: texts.t('inputText') }] : []), ...settings.secretSources];
  const isOffered = settings.secretSources.some(({ id }) => id === now.source);
  const [source, setSource] = useState(isOffered ? now.source : (settings.secretSources[0]?.id ?? STORED));
  const before = saved?.secrets[column];
  const [typed, setTyped] = useState('');
  const [key, setKey] = useState(isOffered ? now.ref || (before?.source === source ? before.ref : '') : '');
  const [error, setError] = useState('');
  const isText = source === STORED;
  const check = useSecretCheck(resourceId, !isText && key ? { ...destinationFields(draft, settings), source, key, field: column } : null);

  const choose = (value: string): void => {
    setError('');
    if (isText) setTyped(value);
    else setKey(value);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (isText ? typed : key) return onApply(isText ? { typed, source, ref: '' } : { typed: '', source, ref: key });
    setError(isText ? texts.error(column, { type: 'required' }) : texts.t('secretNotChosen'));
    document.getElementById('secretValue')?.focus();
  };

  const footer = (
    <>
      <Button type="button" variant="text" onClick={onClose}>
        {texts.button('cancel')}
      </Button>
      <Button type="submit" form="smtp-secret" variant="contained">
        {texts.button('useSecret')}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.t(`${column}Add`)} closeLabel={texts.button('close')} onClose={onClose} footer={footer}>
      <form id="smtp-secret" noValidate autoComplete="off" onSubmit={submit}>
        <Field name="inputType" label={texts.t('inputType')} help={texts.t(isText ? 'password_new' : 'secretReadWhenSent')}>
          {(control) => (
            <Input
              {...control}
              as="select"
              data-autofocus
              value={source}
              onChange={(event: React.ChangeEvent<HTMLInputElement>) => {
                setSource(event.target.value);
                setTyped('');
                setKey('');
                setError('');
              }}
            >
              {inputTypes.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </Input>
          )}
        </Field>
        {isText ? (
          <Field name="secretValue" label={texts.t('secretValue')} error={error} required>
            {(control) => <SecretInput column={column} texts={texts} control={control} value={typed} onChange={choose} />}
          </Field>
        ) : (
          <>
            <SecretPicker key={source} texts={texts} resourceId={resourceId} source={source} value={key} error={error} onChoose={choose} />
            <SecretBadge check={check} texts={texts} />
          </>
        )}
      </form>
    </Dialog>
  );
}
