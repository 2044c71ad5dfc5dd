import React from 'react';
import DetectButton from './DetectButton.js';
import CaField from './CaField.js';
import { useForm } from '../../form-context.js';
import Group from '../../Group.js';
import SecurityCards from './SecurityCards.js';

/** The group of the encryption, with the private CA. */
export default function SecurityGroup(): React.ReactElement {
  const { draft, caRequests, texts } = useForm();
  return (
    <Group title={texts.t('groupSecurity')}>
      <SecurityCards />
      <DetectButton />
      {(draft.security !== 'none' || draft.caCertificate || caRequests > 0) && <CaField />}
    </Group>
  );
}
