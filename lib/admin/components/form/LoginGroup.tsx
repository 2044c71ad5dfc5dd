import React from 'react';
import { authOn, authRule } from '../model/rules.js';
import CheckField from '../parts/CheckField.js';
import Locked from '../parts/Locked.js';
import { useForm } from './form-context.js';
import Group from './Group.js';
import PasswordField from './PasswordField.js';
import TextField from './TextField.js';

/** Whether and how to log in to the server. */
export default function LoginGroup(): React.ReactElement {
  const { draft, set, settings, readOnly, texts } = useForm();
  const rule = authRule(draft.security, settings);
  const auth = authOn(draft, settings);
  return (
    <Group title={texts.t('groupLogin')}>
      <CheckField
        id="authRequired"
        label={texts.property('authRequired')}
        checked={auth}
        disabled={readOnly || rule.locked}
        help={rule.locked ? <Locked>{texts.t(rule.reason)}</Locked> : undefined}
        onChange={(authRequired) => set({ authRequired })}
      />
      {auth && (
        <>
          <TextField name="username" required />
          <PasswordField />
        </>
      )}
    </Group>
  );
}
