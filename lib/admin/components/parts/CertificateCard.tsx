import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState, type ReactNode } from 'react';
import type { CertificateFacts } from '../../../shared/certificates.js';
import { utcDay, utcTime } from '../../../shared/utc-time.js';
import { relativeTime } from '../model/relative-time.js';
import Fingerprint from './Fingerprint.js';
import { errorTone, mutedTone, quietSurface, warningTone, type Themed } from './tones.js';
import type { Texts } from './use-texts.js';

const Card = styled.div`
  padding: ${themeGet('space', 'lg')};
  border-left: 4px solid ${(props: Themed & { $bad: boolean }) => (props.$bad ? warningTone(props) : props.theme.colors.border)};
  border-radius: ${themeGet('space', 'sm')};
  background: ${quietSurface};
  color: ${themeGet('colors', 'text')};
  line-height: 1.5;
  overflow-wrap: anywhere;
  & > .head {
    display: flex;
    flex-wrap: wrap;
    gap: ${themeGet('space', 'default')};
    align-items: baseline;
    justify-content: space-between;
  }
  & strong {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & small {
    display: block;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & dl {
    display: grid;
    grid-template-columns: minmax(72px, auto) 1fr;
    gap: 0 ${themeGet('space', 'lg')};
    margin: ${themeGet('space', 'default')} 0 0;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & dt {
    color: ${mutedTone};
  }
  & dd {
    margin: 0;
    min-width: 0;
  }
  & > p {
    margin-top: ${themeGet('space', 'default')};
    color: ${errorTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  @media (max-width: 576px) {
    & dl {
      grid-template-columns: 1fr;
    }
    & dt {
      margin-top: ${themeGet('space', 'sm')};
    }
  }
`;

interface Props {
  facts: CertificateFacts;
  texts: Texts;
  /** The form's server, for the text about a certificate that is not issued for it. */
  host: string;
  /** Its kind, if it is no authority. @default that it is a server's */
  kindLabel?: string;
  actions?: ReactNode;
  /** Leaves out the fingerprint, which is shown elsewhere. */
  brief?: boolean;
}

/** A certificate: its kind, names, issuer, expiry and problems. */
export default function CertificateCard({ facts, texts, host, kindLabel, actions, brief = false }: Props): React.ReactElement {
  const [now] = useState(Date.now);
  const { kind, subject, names, issuer, isSelfSigned, validFrom, expiresAt, fingerprint, problems } = facts;
  return (
    <Card $bad={problems.length > 0} data-testid="certificate" data-problems={problems.join(' ')}>
      <div className="head">
        <div>
          <strong>{subject || texts.t('certificateUnnamed')}</strong>
          <small>{(kind === 'server' && kindLabel) || texts.t(`certificate_${kind}`)}</small>
        </div>
        {actions}
      </div>
      {kind !== 'broken' && (
        <dl>
          {names.length > 0 && (
            <>
              <dt>{texts.t('certificateNames')}</dt>
              <dd>{names.join(', ')}</dd>
            </>
          )}
          <dt>{texts.t('certificateIssuer')}</dt>
          <dd>{isSelfSigned ? texts.t('certificateSelfSigned') : issuer}</dd>
          <dt>{texts.t('certificateValid')}</dt>
          <dd>
            <time dateTime={validFrom} title={utcTime(validFrom, texts.locale)}>
              {utcDay(validFrom, texts.locale)}
            </time>
            {' – '}
            <time dateTime={expiresAt} title={utcTime(expiresAt, texts.locale)}>
              {utcDay(expiresAt, texts.locale)} ({relativeTime(expiresAt, now, texts.locale)})
            </time>
          </dd>
          {!brief && (
            <>
              <dt>{texts.t('certificateFingerprint')}</dt>
              <dd>
                <Fingerprint value={fingerprint} />
              </dd>
            </>
          )}
        </dl>
      )}
      {problems.map((problem) => (
        <p key={problem}>
          <span aria-hidden="true">✗ </span>
          {texts.t(`certificateProblem_${problem}`, { host })}
        </p>
      ))}
    </Card>
  );
}
