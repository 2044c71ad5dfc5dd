import React, { useState } from 'react';
import { isMailbox } from '../model/mailboxes.js';
import ChipsInput from '../parts/ChipsInput.js';
import Field from '../parts/Field.js';
import { useForm } from './form-context.js';

/** A list of mailboxes of the configuration. */
export default function ChipsField({ name }: { name: 'cc' | 'bcc' }): React.ReactElement {
  const { draft, set, errors, texts } = useForm();
  const [typed, setTyped] = useState('');
  const list = draft[name];
  const isBad = (entry: string, index: number): boolean => !!errors[`${name}.${index}`] || !isMailbox(entry);
  const firstBad = list.findIndex(isBad);
  const error = errors[name]
    ? texts.error(name, errors[name])
    : firstBad >= 0
      ? `${list[firstBad]}: ${texts.error(name, errors[`${name}.${firstBad}`] ?? { type: 'mailbox' })}`
      : '';
  return (
    <Field name={name} label={texts.property(name)} help={texts.t('help_chips')} error={error}>
      {(control) => (
        <ChipsInput
          control={control}
          texts={texts}
          label={texts.property(name)}
          list={list}
          onChange={(next) => set({ [name]: next })}
          typed={typed}
          onType={setTyped}
          isBad={isBad}
        />
      )}
    </Field>
  );
}
