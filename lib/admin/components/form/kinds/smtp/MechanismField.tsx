import { Input } from '@adminjs/design-system';
import React, { type ChangeEvent } from 'react';
import { AUTH_MECHANISMS } from '../../../../../shared/config-fields.js';
import type { Draft } from '../../../model/draft.js';
import { authMechanism } from '../../../model/mechanism.js';
import Field from '../../../parts/Field.js';
import { useForm } from '../../form-context.js';

/** The choice of a login mechanism that fits the login method. */
export default function MechanismField(): React.ReactElement {
  const { draft, set, errors, texts } = useForm();
  const error = errors.authMechanism && texts.error('authMechanism', errors.authMechanism);
  return (
    <Field name="authMechanism" label={texts.property('authMechanism')} help={texts.t('help_authMechanism')} error={error}>
      {(control) => (
        <Input
          {...control}
          as="select"
          value={authMechanism(draft)}
          onChange={({ target }: ChangeEvent<HTMLInputElement>) => set({ authMechanism: target.value as Draft['authMechanism'] })}
        >
          <option value="">{texts.t('mechanismAutomatic')}</option>
          {AUTH_MECHANISMS[draft.authMethod].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Input>
      )}
    </Field>
  );
}
