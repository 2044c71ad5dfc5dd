import React from 'react';
import { authOn, authRule } from '../../../model/rules.js';
import CheckField from '../../../parts/CheckField.js';
import { Help } from '../../../parts/Field.js';
import LockedNote from '../../../parts/LockedNote.js';
import AuthMethodCards from '../../AuthMethodCards.js';
import EntraFields from '../../EntraFields.js';
import { useForm } from '../../form-context.js';
import Group from '../../Group.js';
import LoginWarningAlert from './LoginWarningAlert.js';
import SecretField from '../../SecretField.js';
import TextField from '../../TextField.js';

/** The group of the login to the server. */
export default function LoginGroup(): React.ReactElement {
  const { draft, set, settings, readOnly, texts } = useForm();
  const rule = authRule(draft, settings);
  const auth = authOn(draft, settings);
  return (
    <Group title={texts.t('groupLogin')}>
      <CheckField
        id="authRequired"
        label={texts.property('authRequired')}
        checked={auth}
        disabled={readOnly || rule.locked}
        help={rule.locked ? <LockedNote>{texts.t(rule.reason)}</LockedNote> : texts.t('help_authRequired')}
        onChange={(authRequired) => set({ authRequired })}
      />
      {auth && (
        <>
          <AuthMethodCards />
          <LoginWarningAlert />
          {draft.authMethod === 'oauth2' ? (
            <>
              <Help style={{ margin: '0 0 16px' }}>{texts.t('smtpPermission')}</Help>
              <EntraFields />
            </>
          ) : (
            <>
              <TextField name="username" required />
              <SecretField column="password" />
            </>
          )}
        </>
      )}
    </Group>
  );
}
