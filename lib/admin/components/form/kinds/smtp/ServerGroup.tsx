import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { useForm } from '../../form-context.js';
import Group, { Pair } from '../../Group.js';
import TextField from '../../TextField.js';
import ProviderField from './ProviderField.js';
import ProviderNote from './ProviderNote.js';
import RegionField from './RegionField.js';
import { useProvider } from './use-provider.js';

/** Provider, host and port on one line, because the first fills in the others. */
const Server = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 5fr) minmax(0, 6fr) 104px;
  gap: 0 ${themeGet('space', 'lg')};
  align-items: start;
  @media (max-width: 768px) {
    grid-template-columns: minmax(0, 1fr) 104px;
    & > :first-child {
      grid-column: 1 / -1;
    }
  }
`;

/** The group of the server: provider, host and port. */
export default function ServerGroup(): React.ReactElement {
  const { texts } = useForm();
  const provider = useProvider();
  return (
    <Group title={texts.t('groupServer')}>
      <Server>
        <ProviderField provider={provider} />
        <TextField name="host" required placeholder="smtp.example.com" />
        <TextField name="port" required inputMode="numeric" />
      </Server>
      <Pair $even>
        <RegionField provider={provider} />
      </Pair>
      <ProviderNote preset={provider.preset} />
    </Group>
  );
}
