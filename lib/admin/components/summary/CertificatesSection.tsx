import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { hasField } from '../../../shared/config-fields.js';
import { utcDay } from '../../../shared/utc-time.js';
import CertificateCard from '../parts/CertificateCard.js';
import { useCertificates } from '../parts/use-certificates.js';
import Fact from './Fact.js';
import { Facts } from './layout.js';
import Section from './Section.js';
import type { SummaryProps } from './summary-props.js';

const List = styled.ul`
  display: grid;
  gap: ${themeGet('space', 'default')};
  margin-top: ${themeGet('space', 'default')};
`;

/** The certificate that the server last presented, and the private CA that is trusted, described to admins who may look it up. */
export default function CertificatesSection({ resourceId, texts, config, canManage }: SummaryProps): React.ReactElement | null {
  const { draft, tlsVersion, certificateExpiresAt, caExpiresAt } = config;
  const ca = hasField(draft.type, 'caCertificate') ? draft.caCertificate : '';
  const { certificates, errors, failure } = useCertificates(resourceId, canManage && ca ? ca : null, draft.tlsServerName || draft.host);
  if (!certificateExpiresAt && !ca) return null;
  const isDescribed = certificates.length > 0;
  return (
    <Section title={texts.t('groupCertificates')} testId="certificates">
      {(certificateExpiresAt || !isDescribed) && (
        <Facts>
          {tlsVersion && (
            <Fact name="tlsVersion" label={texts.property('tlsVersion')}>
              {tlsVersion}
            </Fact>
          )}
          {certificateExpiresAt && (
            <Fact name="certificateExpiresAt" label={texts.property('certificateExpiresAt')}>
              {utcDay(certificateExpiresAt, texts.locale)}
            </Fact>
          )}
          {ca && !isDescribed && (
            <Fact name="caCertificate" label={texts.property(caExpiresAt ? 'caExpiresAt' : 'caCertificate')}>
              {caExpiresAt ? utcDay(caExpiresAt, texts.locale) : texts.t('caSet')}
              {(errors ?? failure) !== undefined && <small role="status">▲ {texts.t('certificatesFailed')}</small>}
            </Fact>
          )}
        </Facts>
      )}
      {isDescribed && (
        <List aria-label={texts.property('caCertificate')}>
          {certificates.map((facts, index) => (
            <li key={`${index} ${facts.fingerprint}`}>
              <CertificateCard facts={facts} texts={texts} host={draft.host} />
            </li>
          ))}
        </List>
      )}
    </Section>
  );
}
