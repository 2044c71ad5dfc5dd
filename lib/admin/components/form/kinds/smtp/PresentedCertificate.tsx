import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { CertificateFacts } from '../../../../../shared/certificates.js';
import CertificateCard from '../../../parts/CertificateCard.js';
import Fingerprint from '../../../parts/Fingerprint.js';
import { useForm } from '../../form-context.js';

const Large = styled.div`
  margin: ${themeGet('space', 'lg')} 0;
  & > h3 {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
`;

interface Props {
  facts: CertificateFacts;
  host: string;
  port: number;
}

/** A certificate that a server presented, with its fingerprint in large letters, to compare it. */
export default function PresentedCertificate({ facts, host, port }: Props): React.ReactElement {
  const { texts } = useForm();
  return (
    <>
      <p>{texts.t('chainUnverified', { host, port })}</p>
      <Large>
        <h3>{texts.t('certificateFingerprint')}</h3>
        <Fingerprint value={facts.fingerprint} large />
      </Large>
      <CertificateCard facts={facts} texts={texts} host={host} brief />
      <div style={{ height: 16 }} />
    </>
  );
}
