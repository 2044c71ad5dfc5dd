import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { SavedConfig } from '../model/draft.js';
import Time from './Time.js';
import { errorTone, mutedTone, successTone, type Themed } from './tones.js';
import type { Texts } from './use-texts.js';

const STATES = {
  failing: { shape: '▲', tone: errorTone },
  working: { shape: '●', tone: successTone },
  test_failed: { shape: '▲', tone: errorTone },
  untested: { shape: '○', tone: mutedTone },
  disabled: { shape: '▪', tone: mutedTone },
};

type State = keyof typeof STATES;

/** Returns the health of a configuration: disabled, failing, or the result of its last test. */
function healthOf(config: SavedConfig): State {
  if (!config.draft.enabled) return 'disabled';
  if (config.failingSince) return 'failing';
  if (!config.lastTestStatus) return 'untested';
  return config.lastTestStatus === 'ok' ? 'working' : 'test_failed';
}

const Word = styled.span`
  white-space: nowrap;
  color: ${(props: Themed & { $state: State }) => STATES[props.$state].tone(props)};
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

interface Props {
  config: SavedConfig;
  texts: Texts;
  /** Truncates the reason after two lines. */
  brief?: boolean;
}

/** The health as an icon, a word and a color, with its age and the reason of a failure. */
export default function Health({ config, texts, brief = false }: Props): React.ReactElement {
  const state = healthOf(config);
  const [since, reason] =
    state === 'failing'
      ? [config.failingSince, config.failingError]
      : [config.lastTestAt, state === 'test_failed' ? config.lastTestError : null];
  return (
    <div data-testid="health" data-health={state}>
      <Word $state={state}>
        <span aria-hidden="true">{STATES[state].shape}</span>
        {texts.label(`health_${state}`)}
      </Word>
      {since && state !== 'disabled' && (
        <>
          {' · '}
          <Time at={since} locale={texts.locale} />
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
