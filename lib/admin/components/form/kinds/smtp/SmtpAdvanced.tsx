import React from 'react';
import { authOn } from '../../../model/rules.js';
import { useForm } from '../../form-context.js';
import TextField from '../../TextField.js';
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
      <TextField name="ehloName" placeholder="app.example.com" />
      <TextField name="localAddress" placeholder="192.0.2.1" />
      <TextField name="timeoutScale" inputMode="numeric" required />
    </>
  );
}
