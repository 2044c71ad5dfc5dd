import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { TlsFacts } from '../../../shared/certificates.js';
import { utcDay } from '../../../shared/utc-time.js';
import { mutedTone } from './tones.js';
import type { Texts } from './use-texts.js';

const Facts = styled.dl`
  display: grid;
  grid-template-columns: minmax(84px, max-content) 1fr;
  gap: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
  margin-top: ${themeGet('space', 'sm')};
  font-size: ${themeGet('fontSizes', 'sm')};
  & dt {
    color: ${mutedTone};
  }
  & dd {
    margin: 0;
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;

/** The collapsed details of a test about the encryption. */
export default function CertificateFold({ facts, texts }: { facts: TlsFacts; texts: Texts }): React.ReactElement {
  const { version, cipher, subject, issuer, names, validFrom, expiresAt, verifiedBy } = facts;
  const day = (date: string): string => utcDay(date, texts.locale);
  const rows = {
    tls_version: version,
    tls_cipher: cipher,
    tls_names: names.join(', '),
    tls_subject: subject,
    tls_issuer: issuer,
    tls_valid: texts.t('tls_range', { from: day(validFrom), to: day(expiresAt) }),
    tls_verified: verifiedBy && texts.t(`verified_${verifiedBy.kind}`, { name: verifiedBy.name }),
  };
  return (
    <details data-testid="certificate">
      <summary>{texts.t('certificate')}</summary>
      <Facts>
        {Object.entries(rows).map(
          ([key, value]) =>
            value && (
              <React.Fragment key={key}>
                <dt>{texts.t(key)}</dt>
                <dd>{value}</dd>
              </React.Fragment>
            ),
        )}
      </Facts>
    </details>
  );
}
