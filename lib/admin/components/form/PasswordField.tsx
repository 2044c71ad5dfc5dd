import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { passwordRule } from '../model/rules.js';
import AppPasswordHelp from '../parts/AppPasswordHelp.js';
import Field from '../parts/Field.js';
import PasswordInput from '../parts/PasswordInput.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import { useForm } from './form-context.js';

const Below = styled.div`
  margin: -${themeGet('space', 'lg')} 0 ${themeGet('space', 'xl')};
`;

/** The password: never shown once saved, kept when left empty, asked for again when it would go somewhere else. */
export default function PasswordField(): React.ReactElement {
  const { draft, set, saved, settings, errors, readOnly, texts } = useForm();
  const rule = passwordRule(draft, saved, settings);

  if (readOnly) {
    return (
      <Field name="password" label={texts.property('password')}>
        {(control) => <Input {...control} readOnly value={texts.t(saved?.hasPassword ? 'passwordStored' : 'passwordMissing')} />}
      </Field>
    );
  }
  const moved = rule === 'changed' && !draft.password ? texts.message('error_destination_changed') : '';
  const error = moved || (errors.password && texts.error('password', errors.password));
  const help = texts.t(`password_${rule}`);
  return (
    <>
      <Field
        name="password"
        label={texts.property('password')}
        error={error}
        help={help}
        required={rule !== 'kept' && rule !== 'unavailable'}
      >
        {(control) => (
          <PasswordInput
            texts={texts}
            control={control}
            value={draft.password}
            disabled={rule === 'unavailable'}
            placeholder={saved?.hasPassword ? texts.t('reenterPassword') : undefined}
            onChange={(password) => set({ password })}
          />
        )}
      </Field>
      <VisuallyHidden role="status">{moved}</VisuallyHidden>
      {rule !== 'unavailable' && (
        <Below>
          <AppPasswordHelp texts={texts} />
        </Below>
      )}
    </>
  );
}
