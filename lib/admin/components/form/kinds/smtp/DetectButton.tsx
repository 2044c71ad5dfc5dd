import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import { SECURITIES } from '../../../../../shared/config-fields.js';
import { resourceAction } from '../../../model/api.js';
import { usualPort, withSecurity } from '../../../model/rules.js';
import { isCertificateProblem } from '../../../model/steps.js';
import { stepWords } from '../../../model/step-words.js';
import Button from '../../../parts/Button.js';
import { errorTone, mutedTone, successTone, type Themed } from '../../../parts/tones.js';
import { refusal } from '../../../parts/refusal.js';
import SteadyButton from '../../../parts/SteadyButton.js';
import { useForm } from '../../form-context.js';

const TONES = { busy: mutedTone, found: successTone, failed: errorTone };

const Line = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'lg')};
  align-items: center;
  margin: ${themeGet('space', 'default')} 0;
  & > p {
    flex: 1;
    min-width: 200px;
    line-height: 1.45;
    font-size: ${themeGet('fontSizes', 'sm')};
    color: ${(props: Themed & { $state: keyof typeof TONES }) => TONES[props.$state](props)};
  }
`;

interface Detection {
  state: keyof typeof TONES;
  text: string;
  /** True if the server's certificate is not trusted, so that a private CA may help. */
  untrusted?: boolean;
}

/** A button that detects the server's security and fills it in. Sends no password and saves nothing. */
export default function DetectButton(): React.ReactElement {
  const { resourceId, draft, set, refuse, showCaField, settings, texts } = useForm();
  const [outcome, setOutcome] = useState<Detection>({ state: 'busy', text: '' });
  const [busy, setBusy] = useState(false);

  const detect = async (): Promise<void> => {
    if (!draft.host.trim()) return refuse({ host: { type: 'required' } }, '');
    setBusy(true);
    setOutcome({ state: 'busy', text: texts.t('detecting') });
    try {
      const typedPort = SECURITIES.some((security) => usualPort(security) === draft.port.trim())
        ? {}
        : { port: Number(draft.port) || undefined };
      const response = await resourceAction(resourceId, 'detect', {
        host: draft.host.trim(),
        ...typedPort,
        caCertificate: draft.caCertificate || null,
      });
      const found = response.detected;
      if (response.errors) {
        const problems = Object.entries(response.errors);
        const { summary, remedy } = stepWords(response.failed ?? {}, texts);
        const sentences = response.failed ? [summary, remedy] : problems.map(([field, error]) => texts.error(field, error));
        const text = `✗ ${sentences.join(' ')}`;
        setOutcome({ state: 'failed', text, untrusted: !!response.failed && isCertificateProblem(response.failed) });
        // Failures of the server are shown here; only invalid input is shown at its field.
        if (problems.some(([, { type }]) => type && /^[a-z_]+$/.test(type))) refuse(response.errors, '');
      } else if (!found) setOutcome({ state: 'failed', text: refusal(response, texts) });
      else {
        const kind = found.security;
        const forbidden = kind === 'none' && !settings.allowPlaintext;
        if (!forbidden) set((now) => ({ ...withSecurity(now, kind), port: String(found.port) }));
        const sentence = texts.t('detected', { security: texts.label(`security_${kind}`), port: found.port });
        setOutcome({ state: forbidden ? 'failed' : 'found', text: `${forbidden ? '✗' : '✓'} ${sentence} ${found.detail}` });
      }
    } catch (error) {
      setOutcome({ state: 'failed', text: texts.problem(error) });
    }
    setBusy(false);
  };

  return (
    <Line $state={outcome.state}>
      <SteadyButton type="button" id="detect" variant="outlined" size="sm" off={busy} onClick={() => void detect()}>
        {texts.button('detect')}
      </SteadyButton>
      <p role="status">{outcome.text || texts.t('help_detect')}</p>
      {outcome.untrusted && (
        <Button type="button" variant="outlined" size="sm" onClick={showCaField}>
          {texts.button('addPrivateCa')}
        </Button>
      )}
    </Line>
  );
}
