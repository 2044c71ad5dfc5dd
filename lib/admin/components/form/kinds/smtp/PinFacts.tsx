import React from 'react';
import type { ServerChain } from '../../../../../shared/certificates.js';
import { utcDay } from '../../../../../shared/utc-time.js';
import { withoutName } from '../../../model/certificates.js';
import Alert from '../../../parts/Alert.js';
import { useForm } from '../../form-context.js';
import PresentedCertificate from './PresentedCertificate.js';

/** The server's own certificate, to pin it: what pinning means, and whether it helps. */
export default function PinFacts({ chain }: { chain: ServerChain }): React.ReactElement | null {
  const { texts } = useForm();
  const { host, port, isTrusted } = chain;
  const [leaf] = chain.certificates;
  if (!leaf) return null;
  const isBroken = leaf.kind === 'broken';
  const day = utcDay(leaf.expiresAt, texts.locale);
  return (
    <>
      {/* Its name does not matter if it is pinned. */}
      <PresentedCertificate facts={withoutName(leaf)} host={host} port={port} />
      {!isBroken && (
        <Alert tone={isTrusted ? 'warning' : 'info'} testId={isTrusted ? 'pin-needless' : 'pin-consequence'}>
          {isTrusted && texts.t('pinNeedless', { host, port })} {texts.t('pinConsequence', { day })}
        </Alert>
      )}
    </>
  );
}
