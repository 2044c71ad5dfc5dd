import { Icon, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { ConnectionOffer, TestRecipient, TestStep } from '../../../shared/connection-test.js';
import { stepWords } from '../../../shared/failure-words.js';
import { utcDay } from '../../../shared/utc-time.js';
import { formatDuration } from '../model/relative-time.js';
import { expiresSoon, refusedIn, type StepState } from '../model/steps.js';
import CertificateFold from './CertificateFold.js';
import StepRemedy, { type Remedies } from './StepRemedy.js';
import { errorTone, mutedTone, successTone, warningTone } from './tones.js';
import type { Texts } from './use-texts.js';
import Elapsed from './Elapsed.js';
import VisuallyHidden from './VisuallyHidden.js';

/** The finding of a step on a line of its own. */
const NARROW = `
  & > li {
    grid-template-columns: 20px 1fr auto;
  }
  & > li > .line {
    grid-column: 2 / -1;
    grid-row: 2;
  }
`;

const List = styled.ol`
  margin-top: ${themeGet('space', 'lg')};
  padding-top: ${themeGet('space', 'default')};
  border-top: 1px solid ${themeGet('colors', 'border')};
  & > li {
    display: grid;
    grid-template-columns: 20px minmax(84px, 100px) 1fr auto;
    gap: ${themeGet('space', 'default')};
    padding: ${themeGet('space', 'default')} 0;
    overflow-wrap: anywhere;
  }
  ${(props: { $isNarrow: boolean }) => (props.$isNarrow ? NARROW : '')}
  @media (max-width: 480px) {
    ${NARROW}
  }
  & > li[data-state='waiting'],
  & > li[data-state='skipped'],
  & .ms {
    color: ${mutedTone};
  }
  & .ms {
    white-space: nowrap;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & .ok {
    color: ${successTone};
  }
  & .failed {
    color: ${errorTone};
  }
  & .soon {
    color: ${warningTone};
  }
  & .more {
    grid-column: 2 / -1;
    min-width: 0;
  }
  & .recipients > li {
    display: flex;
    gap: ${themeGet('space', 'default')};
    overflow-wrap: anywhere;
  }
  & .recipients > li > div {
    min-width: 0;
  }
  & summary {
    margin-top: ${themeGet('space', 'sm')};
    cursor: pointer;
    color: ${mutedTone};
  }
  & pre {
    margin-top: ${themeGet('space', 'sm')};
    white-space: pre-wrap;
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
`;

function StepIcon({ item, texts }: { item: StepState; texts: Texts }): React.ReactElement {
  if (item.state === 'running') return <Icon icon="Loader" spin />;
  const word = item.state === 'done' ? (item.step.ok ? (refusedIn(item.step) > 0 ? 'partly' : 'ok') : 'failed') : item.state;
  const sign = { ok: '✓', partly: '▲', failed: '✗', waiting: '·', skipped: '·' }[word];
  return (
    <span className={word === 'partly' ? 'soon' : word}>
      <span aria-hidden="true">{sign}</span>
      <VisuallyHidden>{texts.t(`step_${word}`)}</VisuallyHidden>
    </span>
  );
}

/** The finding or the failure of a step, in one line. */
function Line({ step, texts }: { step: TestStep; texts: Texts }): React.ReactElement {
  const { ok, tls, reply } = step;
  const words =
    ok && tls?.version
      ? [tls.version, tls.names[0], texts.t('tls_expires', { date: utcDay(tls.expiresAt, texts.locale) })].filter(Boolean).join(' · ')
      : stepWords(step, texts).summary;
  return (
    <span className={ok ? (refusedIn(step) > 0 ? 'soon' : undefined) : 'failed'} title={ok ? reply : undefined}>
      {words || texts.t(ok ? 'step_ok' : 'step_failed')}
    </span>
  );
}

/** The recipients of a test, and why the server refused some of them. */
function RecipientList({ recipients, texts }: { recipients: TestRecipient[]; texts: Texts }): React.ReactElement {
  return (
    <ul className="recipients">
      {recipients.map((recipient) => (
        <li key={recipient.address} data-recipient={recipient.address} data-ok={recipient.ok}>
          <span className={recipient.ok ? 'ok' : 'failed'}>
            <span aria-hidden="true">{recipient.ok ? '✓' : '✗'}</span>
            <VisuallyHidden>{texts.t(recipient.ok ? 'recipientAccepted' : 'recipientRefused')}</VisuallyHidden>
          </span>
          <div>
            {recipient.address}
            {!recipient.ok && <div className="failed">{stepWords(recipient, texts).summary}</div>}
            {recipient.reply && (
              <details>
                <summary>{texts.t('serverReply')}</summary>
                <pre>{recipient.reply}</pre>
              </details>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Further details of a step, below its line. */
function StepDetails({
  step,
  ...rest
}: {
  step: TestStep;
  texts: Texts;
  remedies: Remedies;
  onUse: (offer: ConnectionOffer) => void;
}): React.ReactElement | null {
  const { ok, tls, auth, reply } = step;
  const { texts } = rest;
  const remedy = ok ? '' : stepWords(step, texts).remedy;
  const recipients = refusedIn(step) > 0 ? step.recipients : undefined;
  if (ok && !tls && !auth && !recipients) return null;
  return (
    <div className="more">
      {recipients && <RecipientList recipients={recipients} texts={texts} />}
      {ok && tls && expiresSoon(tls) && (
        <p className="soon">
          <span aria-hidden="true">▲ </span>
          {texts.t('tls_soon')}
        </p>
      )}
      {remedy && <p>{remedy}</p>}
      {!ok && <StepRemedy step={step} {...rest} />}
      {auth && auth.offered.length > 0 && (
        <details>
          <summary>{texts.t('authMechanisms')}</summary>
          <p>
            {texts.t('authOffered', { offered: auth.offered.join(', ') })} {auth.used && texts.t('authUsed', { used: auth.used })}
          </p>
        </details>
      )}
      {tls?.subject !== undefined && <CertificateFold facts={tls} texts={texts} />}
      {!ok && reply && (
        <details>
          <summary>{texts.t('serverReply')}</summary>
          <pre>{reply}</pre>
        </details>
      )}
    </div>
  );
}

/** The remedies of a test that is over: none, because the form may have changed. */
const NO_REMEDIES: Remedies = { appPasswords: false, hasField: () => false };

interface Props {
  items: StepState[];
  texts: Texts;
  /** @default none, for a test that is over */
  remedies?: Remedies;
  /** Called to try another security setting and port. */
  onUse?: (offer: ConnectionOffer) => void;
  /** True in a narrow place on a wide screen. */
  isNarrow?: boolean;
}

/** The steps of a test with their findings and durations, and the remedy of a failed step. */
export default function StepList({ items, texts, remedies, onUse = () => undefined, isNarrow = false }: Props): React.ReactElement {
  return (
    <List $isNarrow={isNarrow} aria-live={remedies && 'polite'} aria-label={texts.t('steps')}>
      {items.map((item) => {
        const step = item.state === 'done' ? item.step : undefined;
        return (
          <li key={item.name} data-step={item.name} data-ok={step?.ok} data-state={item.state}>
            <StepIcon item={item} texts={texts} />
            <span>{texts.label(`step_${item.name}`)}</span>
            <div className="line">
              {step && <Line step={step} texts={texts} />}
              {item.state === 'running' && texts.t(`running_${item.name}`)}
              {item.state === 'skipped' && texts.t('step_skipped')}
            </div>
            <span className="ms">
              {step && formatDuration(step.ms, texts.locale)}
              {item.state === 'running' && <Elapsed locale={texts.locale} />}
            </span>
            {step && <StepDetails step={step} texts={texts} remedies={remedies ?? NO_REMEDIES} onUse={onUse} />}
          </li>
        );
      })}
    </List>
  );
}
