import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { CertificateFacts, ServerChain } from '../../../../../shared/certificates.js';
import { utcDay } from '../../../../../shared/utc-time.js';
import Alert from '../../../parts/Alert.js';
import Button from '../../../parts/Button.js';
import CertificateCard from '../../../parts/CertificateCard.js';
import { mutedTone } from '../../../parts/tones.js';
import { useForm } from '../../form-context.js';
import PresentedCertificate from './PresentedCertificate.js';

const Others = styled.details`
  margin: ${themeGet('space', 'lg')} 0;
  & > summary {
    color: ${mutedTone};
    cursor: pointer;
  }
  & > div {
    margin-top: ${themeGet('space', 'default')};
  }
`;

interface Props {
  chain: ServerChain;
  /** The certificate that can be trusted. */
  candidate?: CertificateFacts;
  /** Leads to the field for a certificate from elsewhere. */
  onPaste: () => void;
}

/** The certificates that a server presents: whether they are trusted, which one to trust, and its problems. */
export default function ChainFacts({ chain, candidate, onPaste }: Props): React.ReactElement {
  const { texts } = useForm();
  const { host, port, certificates, isTrusted, isTopTrusted, isComplete } = chain;
  const others = certificates.filter((facts) => facts !== candidate);
  const [leaf] = certificates;
  // The server's own certificate, for want of the one that signed it.
  const isOwn = candidate !== undefined && candidate.fingerprint !== chain.candidate;
  // An unreadable certificate is reported elsewhere.
  const useless = leaf?.problems.filter((problem) => problem !== 'broken') ?? [];
  return (
    <>
      {isTrusted && (
        <Alert tone="success" testId="chain-trusted">
          {texts.t('chainTrusted', { host, port })}
        </Alert>
      )}
      {!isTrusted && !isTopTrusted && (!candidate || isOwn) && (
        <Alert
          tone="warning"
          testId="chain-incomplete"
          actions={
            <Button type="button" size="sm" variant="outlined" onClick={onPaste}>
              {texts.button('pasteCa')}
            </Button>
          }
        >
          <p>{texts.t('chainNoAuthority', { host, port })}</p>
          {isOwn && <p>{texts.t('chainTrustOwn', { day: utcDay(candidate.expiresAt, texts.locale) })}</p>}
        </Alert>
      )}
      {candidate && (
        <>
          <PresentedCertificate facts={candidate} host={host} port={port} />
          {candidate.kind === 'server' && !isOwn && <Alert tone="info">{texts.t('chainSelfSigned')}</Alert>}
          {!isComplete && !isOwn && (
            <Alert tone="info" testId="chain-incomplete">
              {texts.t('chainNoRoot', { issuer: candidate.issuer })}
            </Alert>
          )}
        </>
      )}
      {!isTrusted && leaf && (useless.length > 0 || isTopTrusted) && (
        <Alert tone="warning" testId="chain-useless">
          {candidate && texts.t('chainUseless')} {isTopTrusted && texts.t('chainTopTrusted', { host, port })}{' '}
          {useless.map((problem) => texts.t(`leafProblem_${problem}`, { host })).join(' ')}
        </Alert>
      )}
      {others.length > 0 && (
        <Others open={!candidate}>
          <summary>{texts.t('chainOthers', { count: others.length })}</summary>
          {others.map((facts) => (
            <div key={facts.pem}>
              <CertificateCard facts={facts} texts={texts} host={host} />
            </div>
          ))}
        </Others>
      )}
    </>
  );
}
