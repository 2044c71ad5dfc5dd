import React from 'react';
import { useForm } from '../../form-context.js';
import Group, { Pair } from '../../Group.js';
import ProviderField from './ProviderField.js';
import TextField from '../../TextField.js';

/** The group of the server: provider, host and port. */
export default function ServerGroup(): React.ReactElement {
  const { texts } = useForm();
  return (
    <Group title={texts.t('groupServer')}>
      <ProviderField />
      <Pair>
        <TextField name="host" required placeholder="smtp.example.com" />
        <TextField name="port" required inputMode="numeric" />
      </Pair>
    </Group>
  );
}
