import React from 'react';
import { loginWarning, withType } from '../../../model/rules.js';
import Alert from '../../../parts/Alert.js';
import Button from '../../../parts/Button.js';
import { useForm } from '../../form-context.js';

/** The warning that Microsoft is retiring password sign-in, with links to the alternatives. */
export default function LoginWarningAlert(): React.ReactElement | null {
  const { draft, start, set, settings, texts } = useForm();
  const warning = loginWarning(draft, settings);
  if (!warning) return null;
  // The buttons disappear with the warning, so the chosen card gets the focus.
  const focus = (id: string): void => document.getElementById(id)?.focus();
  const actions = (
    <>
      <Button
        type="button"
        size="sm"
        variant="outlined"
        onClick={() => {
          focus('type-ms_graph');
          set((now) => withType(now, 'ms_graph', start));
        }}
      >
        {texts.button('useGraph')}
      </Button>
      <Button
        type="button"
        size="sm"
        variant="outlined"
        onClick={() => {
          focus('authMethod-oauth2');
          set({ authMethod: 'oauth2' });
        }}
      >
        {texts.button('useOauth2')}
      </Button>
    </>
  );
  return (
    <Alert tone="warning" testId="login-warning" actions={actions}>
      {texts.t(`warning_${warning}`)}
    </Alert>
  );
}
