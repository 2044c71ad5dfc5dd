import React from 'react';
import { Help } from '../../../parts/Field.js';
import AuthMethodCards from '../../AuthMethodCards.js';
import EntraFields from '../../EntraFields.js';
import { useForm } from '../../form-context.js';
import Group from '../../Group.js';

/** The group of Microsoft Graph: the mailbox, and the app that sends as it. */
export default function MsGraphGroups(): React.ReactElement {
  const { draft, texts } = useForm();
  const isPassword = draft.authMethod === 'password';
  return (
    <Group title={texts.t('groupGraph')}>
      <Help style={{ margin: '0 0 16px' }}>{texts.t(isPassword ? 'graphPermissionPassword' : 'graphPermission')}</Help>
      <AuthMethodCards />
      <EntraFields />
    </Group>
  );
}
