import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { ConfigHealth } from '../../../shared/config-fields.js';
import type { StoredFailure } from '../../../shared/mail-error.js';
import type { SavedConfig } from '../model/draft.js';
import Time from './Time.js';
import { errorTone, mutedTone, successTone, type Themed } from './tones.js';
import type { Texts } from './use-texts.js';

const STATES: Record<ConfigHealth, { shape: string; tone: typeof mutedTone }> = {
  failing: { shape: '▲', tone: errorTone },
  test_failed: { shape: '▲', tone: errorTone },
  untested: { shape: '○', tone: mutedTone },
  working: { shape: '●', tone: successTone },
  disabled: { shape: '▪', tone: mutedTone },
};

const Word = styled.span`
  white-space: nowrap;
  color: ${(props: Themed & { $state: ConfigHealth }) => STATES[props.$state].tone(props)};
  & > span:first-child {
    display: inline-block;
    width: 1.4em;
  }
`;

const Second = styled.div`
  color: ${mutedTone};
  font-size: ${themeGet('fontSizes', 'sm')};
  overflow-wrap: anywhere;
  ${(props: { $brief: boolean }) =>
    props.$brief && 'display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden;'}
`;

/** The health as an icon, a word and a color. @param label another word for it */
export function HealthMark({ health, texts, label }: { health: ConfigHealth; texts: Texts; label?: string }): React.ReactElement {
  return (
    <Word $state={health} data-health={health}>
      <span aria-hidden="true">{STATES[health].shape}</span>
      {texts.label(label ?? `health_${health}`)}
    </Word>
  );
}

interface Props {
  config: SavedConfig;
  texts: Texts;
  /** Truncates the reason after two lines. */
  brief?: boolean;
}

/** Returns the time of the evidence for a state, its name if there are several kinds, and the reason of a failure. */
function evidenceFor(config: SavedConfig): { at: string | null; by?: 'mail' | 'test'; failure?: StoredFailure } {
  const { health, failingSince, lastTestAt, lastTestStatus, lastSentAt } = config;
  const { failingError, failingReason, failingValues, lastTestError, lastTestReason, lastTestValues } = config;
  switch (health) {
    case 'failing':
      return { at: failingSince, failure: { error: failingError ?? '', reason: failingReason, values: failingValues } };
    case 'test_failed':
      return { at: lastTestAt, failure: { error: lastTestError ?? '', reason: lastTestReason, values: lastTestValues } };
    case 'working': {
      const isTest = lastTestStatus === 'ok' && (lastSentAt === null || Date.parse(lastTestAt ?? '') > Date.parse(lastSentAt));
      return isTest ? { at: lastTestAt, by: 'test' } : { at: lastSentAt, by: 'mail' };
    }
    default:
      return { at: null };
  }
}

/** The health as an icon, a word and a color, with the age of its evidence and the reason of a failure. */
export default function Health({ config, texts, brief = false }: Props): React.ReactElement {
  const state = config.health;
  const { at, by, failure } = evidenceFor(config);
  const reason = failure && texts.failure(failure);
  const isChanged = state === 'untested' && config.connectionVersion > 1;
  return (
    <div data-testid="health">
      <HealthMark health={state} texts={texts} label={isChanged ? 'health_changed' : undefined} />
      {at && (
        <>
          {' · '}
          {by && `${texts.t(`evidence_${by}`)} `}
          <Time at={at} locale={texts.locale} />
        </>
      )}
      {reason && (
        <Second $brief={brief} title={brief ? reason : undefined}>
          {reason}
        </Second>
      )}
    </div>
  );
}
