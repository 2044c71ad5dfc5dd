import { Button, Icon, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { isCertificateProblem, type StepState } from '../model/steps.js';
import AppPasswordHelp from './AppPasswordHelp.js';
import { errorTone, mutedTone, successTone } from './tones.js';
import type { Texts } from './use-texts.js';
import VisuallyHidden from './VisuallyHidden.js';

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
  & .remedy {
    grid-column: 2 / -1;
  }
  & .remedy > button {
    margin: ${themeGet('space', 'default')} 0;
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

function Sign({ item, texts }: { item: StepState; texts: Texts }): React.ReactElement {
  if (item.state === 'running') return <Icon icon="Loader" spin />;
  const word = item.state === 'done' ? (item.step.ok ? 'ok' : 'failed') : item.state;
  const sign = { ok: '✓', failed: '✗', waiting: '·', skipped: '·' }[word];
  return (
    <span className={word}>
      <span aria-hidden="true">{sign}</span>
      <VisuallyHidden>{texts.t(`step_${word}`)}</VisuallyHidden>
    </span>
  );
}

interface Props {
  items: StepState[];
  texts: Texts;
  /** Whether a refused login may want an app password. */
  appPasswords: boolean;
  /** Leads to the field for a private CA, where there is one. */
  onAskForCa?: () => void;
}

/** The steps of a test: what each one found, how long it took, and at the one that failed what to change. */
export default function StepList({ items, texts, appPasswords, onAskForCa }: Props): React.ReactElement {
  return (
    <List aria-live="polite" aria-label={texts.t('steps')}>
      {items.map((item) => {
        const step = item.state === 'done' ? item.step : undefined;
        return (
          <li key={item.name} data-step={item.name} data-ok={step?.ok} data-state={item.state}>
            <Sign item={item} texts={texts} />
            <span>{texts.label(`step_${item.name}`)}</span>
            <div>
              {step && (
                <span className={step.ok ? undefined : 'failed'} title={step.response}>
                  {step.detail ?? texts.t(step.ok ? 'step_ok' : 'step_failed')}
                </span>
              )}
              {item.state === 'running' && texts.t(`running_${item.name}`)}
              {item.state === 'skipped' && texts.t('step_skipped')}
            </div>
            <span className="ms">{step && texts.t('milliseconds', { ms: step.ms })}</span>
            {step && !step.ok && (
              <div className="remedy">
                {step.hint && <p>{step.hint}</p>}
                {step.name === 'auth' && appPasswords && <AppPasswordHelp texts={texts} />}
                {onAskForCa && isCertificateProblem(step) && (
                  <Button type="button" size="sm" variant="outlined" onClick={onAskForCa}>
                    {texts.button('addPrivateCa')}
                  </Button>
                )}
                {step.response && (
                  <details>
                    <summary>{texts.t('serverWords')}</summary>
                    <pre>{step.response}</pre>
                  </details>
                )}
              </div>
            )}
          </li>
        );
      })}
    </List>
  );
}
