import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { errorTone, mutedTone, successTone, warningTone, type Themed } from './tones.js';
import type { SecretCheckState } from './use-secret-check.js';
import type { Texts } from './use-texts.js';

const TONES = { checking: mutedTone, readable: successTone, unreadable: errorTone, unknown: warningTone };
const SHAPES = { checking: '…', readable: '✓', unreadable: '✗', unknown: '▲' };
type Look = keyof typeof TONES;

const Line = styled.div`
  min-height: 1.45em;
  color: ${(props: Themed & { $look: Look }) => TONES[props.$look](props)};
  font-size: ${themeGet('fontSizes', 'sm')};
  line-height: 1.45;
  & > strong {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
`;

/** The result of checking a secret as an icon, a word and a color, with the reason of a failure. */
export default function SecretBadge({ check, texts }: { check: SecretCheckState; texts: Texts }): React.ReactElement | null {
  if (check.state === 'idle') return null;
  const { look, word, reason } = describe(check, texts);
  return (
    <Line $look={look} role="status" data-testid="secret-check" data-state={look}>
      <span aria-hidden="true">{SHAPES[look]} </span>
      <strong>{texts.t(`secret_${word}`)}</strong> {reason}
    </Line>
  );
}

function describe(check: Exclude<SecretCheckState, { state: 'idle' }>, texts: Texts): { look: Look; word: string; reason: string } {
  switch (check.state) {
    case 'failed':
      return { look: 'unknown', word: 'unchecked', reason: texts.problem(check.problem) };
    case 'refused':
      return {
        look: 'unreadable',
        word: 'refused',
        reason: Object.entries(check.errors)
          .map(([name, error]) => texts.error(name, error))
          .join(' '),
      };
    case 'unreadable':
      return {
        look: check.reason === 'busy' ? 'unknown' : 'unreadable',
        word: { busy: 'unchecked', not_allowed: 'refused' }[check.reason] ?? 'unreadable',
        reason: texts.error('password', check.error),
      };
    default:
      return { look: check.state as Look, word: check.state, reason: '' };
  }
}
