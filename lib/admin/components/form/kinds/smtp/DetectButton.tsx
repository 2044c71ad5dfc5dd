import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useRef, useState } from 'react';
import { CONNECTION_NAMES, SECURITIES, type ConnectionName } from '../../../../../shared/config-fields.js';
import type { TestStep } from '../../../../../shared/connection-test.js';
import { resourceAction } from '../../../model/api.js';
import type { Draft } from '../../../model/draft.js';
import { connectionPayload } from '../../../model/payload.js';
import { usualPort, withSecurity } from '../../../model/rules.js';
import { stepWords } from '../../../../../shared/failure-words.js';
import { focusField, hasField } from '../../../parts/focus-field.js';
import { errorTone, mutedTone, successTone, type Themed } from '../../../parts/tones.js';
import { refusal } from '../../../parts/refusal.js';
import StepRemedy from '../../../parts/StepRemedy.js';
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
  /** The failure, which leads to the field to fix. */
  failed?: TestStep;
  /** The server that was asked, as it was entered: what was found is about no other. */
  about: string;
}

/** The settings that an outcome is about. */
const aboutOf = (draft: Pick<Draft, 'host' | 'port' | 'caCertificate' | ConnectionName>): string =>
  JSON.stringify((['host', 'port', 'caCertificate', ...CONNECTION_NAMES] as const).map((name) => draft[name].trim()));

/** A button that detects the server's security and fills it in. Sends no password and saves nothing. */
export default function DetectButton(): React.ReactElement {
  const { resourceId, draft, saved, set, refuse, showCaField, settings, texts } = useForm();
  const [outcome, setOutcome] = useState<Detection | null>(null);
  const [busy, setBusy] = useState(false);
  /** The current draft: another server may be entered while one is asked. */
  const latest = useRef(draft);
  latest.current = draft;

  const detect = async (): Promise<void> => {
    if (!draft.host.trim()) return refuse({ host: { type: 'required' } }, '');
    const about = aboutOf(draft);
    const end = (state: Detection['state'], text: string, failed?: TestStep): void => setOutcome({ state, text, failed, about });
    setBusy(true);
    end('busy', texts.t('detecting'));
    try {
      const typedPort = SECURITIES.some((security) => usualPort(security) === draft.port.trim())
        ? {}
        : { port: Number(draft.port) || undefined };
      const response = await resourceAction(resourceId, 'detect', {
        host: draft.host.trim(),
        ...typedPort,
        caCertificate: draft.caCertificate || null,
        ...connectionPayload(draft, settings, saved),
      });
      const found = response.detected;
      if (response.errors) {
        const problems = Object.entries(response.errors);
        const { summary, remedy } = stepWords(response.failed ?? {}, texts);
        const sentences = response.failed ? [summary, remedy] : problems.map(([field, error]) => texts.error(field, error));
        end('failed', `✗ ${sentences.join(' ')}`, response.failed);
        // Failures of the server are shown here; only invalid input is shown at its field.
        if (problems.some(([, { type }]) => type && /^[a-z_]+$/.test(type))) refuse(response.errors, '');
      } else if (!found) end('failed', refusal(response, texts));
      else {
        const kind = found.security;
        const sentence = `${texts.t('detected', { security: texts.label(`security_${kind}`), port: found.port })} ${found.detail}`;
        if (kind === 'none' && !settings.allowPlaintext) end('failed', `✗ ${sentence}`);
        else if (aboutOf(latest.current) === about) {
          const port = String(found.port);
          set((now) => ({ ...withSecurity(now, kind), port }));
          setOutcome({ state: 'found', text: `✓ ${sentence}`, about: aboutOf({ ...latest.current, port }) });
        }
      }
    } catch (error) {
      end('failed', texts.problem(error));
    }
    setBusy(false);
  };

  const current = outcome?.about === aboutOf(draft) ? outcome : null;
  return (
    <Line $state={current?.state ?? 'busy'}>
      <SteadyButton type="button" id="detect" variant="outlined" size="sm" off={busy} onClick={() => void detect()}>
        {texts.button('detect')}
      </SteadyButton>
      <p role="status">{current?.text ?? texts.t('help_detect')}</p>
      {current?.failed && (
        <StepRemedy
          step={current.failed}
          texts={texts}
          remedies={{ appPasswords: false, hasField, goTo: focusField, showCaField, use: () => true }}
          onUse={({ security, port }) => set((now) => ({ ...withSecurity(now, security), port: String(port) }))}
        />
      )}
    </Line>
  );
}
