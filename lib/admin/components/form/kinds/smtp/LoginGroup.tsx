import React from 'react';
import { authHelp, passwordHint, usernameHelp } from '../../../model/help.js';
import { authOn, authRule, secretRule } from '../../../model/rules.js';
import Button from '../../../parts/Button.js';
import CheckField from '../../../parts/CheckField.js';
import { Help } from '../../../parts/Field.js';
import LockedNote from '../../../parts/LockedNote.js';
import AuthMethodCards from '../../AuthMethodCards.js';
import EntraFields from '../../EntraFields.js';
import { useForm } from '../../form-context.js';
import Group, { Pair } from '../../Group.js';
import LoginWarningAlert from './LoginWarningAlert.js';
import { presetOf } from './presets/index.js';
import ProviderLink from './ProviderLink.js';
import SecretField from '../../SecretField.js';
import TextField from '../../TextField.js';

/** The group of the login to the server, with the provider's texts beside its fields. */
export default function LoginGroup(): React.ReactElement {
  const { draft, set, settings, texts } = useForm();
  const rule = authRule(draft, settings);
  const auth = authOn(draft, settings);
  const authText = texts.t(authHelp(draft, settings));
  return (
    <Group title={texts.t('groupLogin')}>
      <CheckField
        id="authRequired"
        label={texts.property('authRequired')}
        checked={auth}
        disabled={rule.locked}
        help={rule.locked ? <LockedNote>{authText}</LockedNote> : authText}
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
            <PasswordLogin />
          )}
        </>
      )}
    </Group>
  );
}

function PasswordLogin(): React.ReactElement {
  const { draft, set, saved, settings, texts } = useForm();
  const preset = presetOf(draft)?.preset;
  const fixed = preset?.username;
  const hint = texts.firstOf(passwordHint('password', draft, secretRule('password', draft, saved, settings)));
  const useFixed = (): void => {
    set({ username: fixed });
    // The button disappears with the difference.
    document.getElementById('username')?.focus();
  };
  return (
    <Pair $even>
      <div>
        <TextField name="username" required help={texts.firstOf(usernameHelp(draft))} />
        {fixed && draft.username !== fixed && (
          <Button type="button" size="sm" variant="outlined" onClick={useFixed}>
            {texts.t('useUsername', { username: fixed })}
          </Button>
        )}
      </div>
      <div>
        <SecretField
          column="password"
          hint={
            hint && (
              <>
                {hint} {preset && <ProviderLink preset={preset} />}
              </>
            )
          }
        />
      </div>
    </Pair>
  );
}
