import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { TrafficOutcome } from '../../../shared/mail-overview.js';
import { withOutcome } from '../model/log-filters.js';
import { OUTCOMES } from '../model/overview.js';
import CountLink from '../parts/CountLink.js';
import { mutedTone } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';
import { fillOf } from './patterns.js';

const Frame = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'xs')} ${themeGet('space', 'xl')};
  align-items: baseline;
  min-height: 26px;
  margin-bottom: ${themeGet('space', 'lg')};
  & > span:first-child {
    color: ${mutedTone};
  }
  & strong {
    font-weight: ${themeGet('fontWeights', 'bold')};
    font-variant-numeric: tabular-nums;
  }
  & svg {
    width: 12px;
    height: 12px;
    margin-right: ${themeGet('space', 'sm')};
    vertical-align: -1px;
  }
  @media (max-width: 576px) {
    & > span:first-child {
      flex-basis: 100%;
    }
  }
`;

interface Props {
  texts: Texts;
  /** The title of the figures: the period, or the selected bar. */
  title: string;
  figures: Record<TrafficOutcome, number> | undefined;
  /** The time that the figures cover. */
  from: number | undefined;
  to: number | undefined;
}

/** The legend of the fills, with the figures of the period or the selected bar. */
export default function Legend({ texts, title, figures, from, to }: Props): React.ReactElement {
  const number = new Intl.NumberFormat(texts.locale);
  return (
    <Frame data-testid="figures">
      <span>{title}</span>
      {OUTCOMES.map((outcome) => (
        <span key={outcome} data-figure={outcome}>
          <svg aria-hidden="true">
            <rect width="12" height="12" fill={fillOf(outcome)} />
          </svg>
          <CountLink count={figures?.[outcome] ?? 0} rows={withOutcome(outcome, from ?? 0, to)}>
            {texts.t(`outcome_${outcome}`)} <strong>{figures ? number.format(figures[outcome]) : '…'}</strong>
          </CountLink>
        </span>
      ))}
    </Frame>
  );
}
