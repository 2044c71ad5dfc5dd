import React from 'react';
import { neededSecrets } from '../../../model/rules.js';
import { useForm } from '../../form-context.js';
import SecretField from '../../SecretField.js';
import PemField from './PemField.js';

/** The certificate that this machine presents to the server, and its private key. */
export default function ClientCertificateFields(): React.ReactElement {
  const { draft, settings } = useForm();
  return (
    <>
      <PemField name="clientCertificate" />
      {neededSecrets(draft, settings).includes('clientKey') && <SecretField column="clientKey" />}
    </>
  );
}
