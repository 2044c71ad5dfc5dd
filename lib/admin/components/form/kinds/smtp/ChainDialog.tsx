import React, { useState, type KeyboardEvent } from 'react';
import type { ConnectionOffer } from '../../../../../shared/connection-test.js';
import { compareFingerprint, toPin, toTrust } from '../../../model/certificates.js';
import { withSecurity } from '../../../model/rules.js';
import Alert from '../../../parts/Alert.js';
import Button from '../../../parts/Button.js';
import Dialog from '../../../parts/Dialog.js';
import { focusField, hasField } from '../../../parts/focus-field.js';
import SteadyButton from '../../../parts/SteadyButton.js';
import StepRemedy, { type Remedies } from '../../../parts/StepRemedy.js';
import ChainFacts from './ChainFacts.js';
import FingerprintCheck from './FingerprintCheck.js';
import PinFacts from './PinFacts.js';
import { useForm } from '../../form-context.js';
import { useChain } from './use-chain.js';

/** A field that can be filled with a certificate of the server. */
export type ChainField = 'caCertificate' | 'pinnedCertificate';

interface Props {
  /** The field that the certificate is for. */
  into: ChainField;
  onTrust: (pem: string) => void;
  onClose: () => void;
}

/** Prevents Enter in a field or on a checkbox from saving the form around this dialog. */
function preventSubmit(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
}

/** Shows the certificates of a server, fetched over an unverified connection. One can be trusted after its fingerprint was compared. */
export default function ChainDialog({ into, onTrust, onClose }: Props): React.ReactElement {
  const { resourceId, draft, saved, set, settings, texts } = useForm();
  const { asked, retry } = useChain(resourceId, draft, settings, saved, texts);
  const [typed, setTyped] = useState('');
  const [ticked, setTicked] = useState(false);
  const chain = asked.state === 'known' ? asked.chain : null;
  const isPin = into === 'pinnedCertificate';
  const candidate = chain ? (isPin ? toPin(chain) : toTrust(chain)) : undefined;
  const comparison = compareFingerprint(typed, candidate?.fingerprint ?? '');
  // An entered fingerprint must match; the checkbox cannot override it.
  const isCompared = comparison === 'match' || (comparison === 'empty' && ticked);
  // The dialog returns the focus first.
  const goTo = (field: string): void => {
    onClose();
    setTimeout(() => focusField(field));
  };
  const use = ({ security, port }: ConnectionOffer): void => {
    set((now) => ({ ...withSecurity(now, security), port: String(port) }));
    onClose();
  };
  const remedies: Remedies = { appPasswords: false, hasField, goTo, use: () => true };
  const footer = (
    <>
      <Button type="button" variant="text" onClick={onClose}>
        {texts.button(candidate ? 'cancel' : 'close')}
      </Button>
      {candidate && (
        <SteadyButton type="button" id="trustCertificate" variant="contained" off={!isCompared} onClick={() => onTrust(candidate.pem)}>
          {texts.button(isPin ? 'pinCertificate' : 'trustCertificate')}
        </SteadyButton>
      )}
    </>
  );
  return (
    <Dialog title={texts.t('chainTitle')} closeLabel={texts.button('close')} onClose={onClose} footer={footer}>
      <div role="presentation" onKeyDown={preventSubmit} data-testid="chain" data-state={asked.state} style={{ minHeight: 120 }}>
        {asked.state === 'asking' && <p role="status">{texts.t('chainAsking', { host: draft.host.trim(), port: draft.port.trim() })}</p>}
        {asked.state === 'failed' && (
          <>
            <Alert tone="error">{asked.words}</Alert>
            {asked.failed && <StepRemedy step={asked.failed} texts={texts} remedies={remedies} onUse={use} />}
            <Button type="button" size="sm" variant="text" onClick={retry}>
              {texts.button('retry')}
            </Button>
          </>
        )}
        {chain && isPin && <PinFacts chain={chain} />}
        {chain && !isPin && <ChainFacts chain={chain} candidate={candidate} onPaste={() => goTo('caCertificate')} />}
        {candidate && <FingerprintCheck comparison={comparison} typed={typed} ticked={ticked} onType={setTyped} onTick={setTicked} />}
      </div>
    </Dialog>
  );
}
