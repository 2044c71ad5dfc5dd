import React from 'react';
import { applies, authOn, neededSecrets } from '../../../model/rules.js';
import { useForm } from '../../form-context.js';
import SecretField from '../../SecretField.js';
import TextField from '../../TextField.js';
import ClientCertificateFields from './ClientCertificateFields.js';
import MechanismField from './MechanismField.js';
import PinField from './PinField.js';

/** The settings of an SMTP server that rarely need to be changed. */
export default function SmtpAdvanced(): React.ReactElement {
  const { draft, settings } = useForm();
  return (
    <>
      {authOn(draft, settings) && <MechanismField />}
      {draft.security !== 'none' && <TextField name="tlsServerName" placeholder="smtp.example.com" />}
      {(draft.security !== 'none' || draft.pinnedCertificate) && <PinField />}
      {(draft.security !== 'none' || draft.clientCertificate) && <ClientCertificateFields />}
      <TextField name="envelopeFrom" placeholder="bounces@example.com" />
      <TextField name="ehloName" placeholder="app.example.com" />
      <TextField name="localAddress" placeholder="192.0.2.1" />
      <TextField name="proxyUrl" placeholder="http://proxy.example.com:3128" />
      {applies('proxyUser', draft, settings) && <TextField name="proxyUser" />}
      {neededSecrets(draft, settings).includes('proxyPassword') && <SecretField column="proxyPassword" />}
      <TextField name="timeoutScale" inputMode="numeric" required />
    </>
  );
}
