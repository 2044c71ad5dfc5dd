import React from 'react';
import { useForm } from '../../form-context.js';
import FetchChain from './FetchChain.js';
import PemField from './PemField.js';

/** The pinned certificate of the server: entered, or fetched from the server. */
export default function PinField(): React.ReactElement {
  const { set } = useForm();
  return (
    <PemField name="pinnedCertificate">
      <FetchChain id="fetchPin" into="pinnedCertificate" onTrust={(pem) => set({ pinnedCertificate: pem })} />
    </PemField>
  );
}
