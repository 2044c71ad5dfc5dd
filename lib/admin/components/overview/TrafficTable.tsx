import React, { type ReactNode } from 'react';
import { type LogFilters, withOutcome } from '../model/log-filters.js';
import { OUTCOMES } from '../model/overview.js';
import { type Bar, sumOf } from '../model/traffic.js';
import CountLink from '../parts/CountLink.js';
import type { Texts } from '../parts/use-texts.js';
import { Figures } from './layout.js';

interface Props {
  texts: Texts;
  bars: Bar[];
  names: { full: string }[];
  caption: string;
  /** True to link the figures to the messages. Links in a table that is visually hidden would take the focus where nobody sees it. */
  isLinked: boolean;
}

/** The figures of the chart, the latest first. */
export default function TrafficTable({ texts, bars, names, caption, isLinked }: Props): React.ReactElement {
  const number = new Intl.NumberFormat(texts.locale);
  const sum = sumOf(bars);
  const figure = (count: number, rows: LogFilters): ReactNode =>
    isLinked ? (
      <CountLink count={count} rows={rows}>
        {number.format(count)}
      </CountLink>
    ) : (
      number.format(count)
    );
  return (
    <Figures>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.t('tableWhen')}</th>
          {OUTCOMES.map((outcome) => (
            <th key={outcome} scope="col">
              {texts.t(`outcome_${outcome}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars
          .map((bar, index) => (
            <tr key={bar.from} data-row={index}>
              <th scope="row">{names[index]!.full}</th>
              {OUTCOMES.map((outcome) => (
                <td key={outcome}>{figure(bar[outcome], withOutcome(outcome, bar.from, bar.to))}</td>
              ))}
            </tr>
          ))
          .toReversed()}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{texts.t('tableTotal')}</th>
          {OUTCOMES.map((outcome) => (
            <td key={outcome}>{figure(sum[outcome], withOutcome(outcome, bars[0]!.from))}</td>
          ))}
        </tr>
      </tfoot>
    </Figures>
  );
}
