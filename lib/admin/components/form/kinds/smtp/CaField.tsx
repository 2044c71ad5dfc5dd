import React, { useEffect } from 'react';
import { withCertificate } from '../../../model/certificates.js';
import Disclosure from '../../Disclosure.js';
import { useForm } from '../../form-context.js';
import FetchChain from './FetchChain.js';
import PemField from './PemField.js';

/** The private CA: entered, or fetched from the server. */
export default function CaField(): React.ReactElement {
  const { draft, set, errors, caRequests, texts } = useForm();
  useEffect(() => {
    if (!caRequests) return;
    const field = document.getElementById('caCertificate');
    field?.focus({ preventScroll: true });
    field?.scrollIntoView({ block: 'center' });
  }, [caRequests]);

  const summary = texts.t(draft.caCertificate ? 'caSet' : 'caUnset');
  return (
    <Disclosure id="ca" title={texts.property('caCertificate')} summary={summary} open={errors.caCertificate ? true : caRequests}>
      <PemField name="caCertificate" host={draft.tlsServerName.trim() || draft.host.trim()}>
        <FetchChain
          id="fetchChain"
          into="caCertificate"
          onTrust={(pem) => set((now) => ({ caCertificate: withCertificate(now.caCertificate, pem) }))}
        />
      </PemField>
    </Disclosure>
  );
}
