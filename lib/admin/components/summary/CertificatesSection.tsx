import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { CERTIFICATE_NAMES, hasField, type CertificateName } from '../../../shared/config-fields.js';
import { utcDay } from '../../../shared/utc-time.js';
import CertificateCard from '../parts/CertificateCard.js';
import { mutedTone } from '../parts/tones.js';
import { useCertificates } from '../parts/use-certificates.js';
import Fact from './Fact.js';
import { Facts } from './layout.js';
import Section from './Section.js';
import type { SummaryProps } from './summary-props.js';

const Label = styled.h4`
  margin-top: ${themeGet('space', 'default')};
  color: ${mutedTone};
  font-weight: ${themeGet('fontWeights', 'normal')};
`;

const List = styled.ul`
  display: grid;
  gap: ${themeGet('space', 'default')};
  margin-top: ${themeGet('space', 'default')};
`;

/** The certificate that the server last presented, and those of the configuration, described to admins who may look them up. */
export default function CertificatesSection(props: SummaryProps): React.ReactElement | null {
  const { texts, config } = props;
  const { draft, tlsVersion, certificateExpiresAt } = config;
  const own = CERTIFICATE_NAMES.filter((name) => hasField(draft.type, name) && draft[name]);
  if (!certificateExpiresAt && own.length === 0) return null;
  return (
    <Section title={texts.t('groupCertificates')} testId="certificates">
      {(tlsVersion || certificateExpiresAt) && (
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
        </Facts>
      )}
      {own.map((name) => (
        <OwnCertificates key={name} {...props} name={name} />
      ))}
    </Section>
  );
}

/** The certificates of one field; without their description, that there are some. */
function OwnCertificates({ resourceId, texts, config, canManage, name }: SummaryProps & { name: CertificateName }): React.ReactElement {
  const { draft, caExpiresAt } = config;
  // Only the certificates of a private CA must be authorities, or have the server's name.
  const isCa = name === 'caCertificate';
  const host = isCa ? draft.tlsServerName || draft.host : '';
  const { certificates, errors, failure } = useCertificates(resourceId, canManage ? draft[name] : null, host);
  const expiresAt = isCa ? caExpiresAt : null;
  if (certificates.length === 0)
    return (
      <Facts>
        <Fact name={name} label={texts.property(expiresAt ? 'caExpiresAt' : name)}>
          {expiresAt ? utcDay(expiresAt, texts.locale) : texts.t('caSet')}
          {(errors ?? failure) !== undefined && <small role="status">▲ {texts.t('certificatesFailed')}</small>}
        </Fact>
      </Facts>
    );
  return (
    <>
      <Label>{texts.property(name)}</Label>
      <List aria-label={texts.property(name)}>
        {certificates.map((facts, index) => (
          <li key={`${index} ${facts.fingerprint}`}>
            <CertificateCard
              facts={facts}
              texts={texts}
              host={draft.host}
              kindLabel={name === 'clientCertificate' ? texts.property(name) : undefined}
            />
          </li>
        ))}
      </List>
    </>
  );
}
