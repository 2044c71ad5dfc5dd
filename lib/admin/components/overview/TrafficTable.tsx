import React from 'react';
import { OUTCOMES } from '../model/overview.js';
import { type Bar, sumOf } from '../model/traffic.js';
import type { Texts } from '../parts/use-texts.js';
import { Figures } from './layout.js';

interface Props {
  texts: Texts;
  bars: Bar[];
  names: { full: string }[];
  caption: string;
}

/** The figures of the chart, the latest first. */
export default function TrafficTable({ texts, bars, names, caption }: Props): React.ReactElement {
  const number = new Intl.NumberFormat(texts.locale);
  const sum = sumOf(bars);
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
                <td key={outcome}>{number.format(bar[outcome])}</td>
              ))}
            </tr>
          ))
          .toReversed()}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{texts.t('tableTotal')}</th>
          {OUTCOMES.map((outcome) => (
            <td key={outcome}>{number.format(sum[outcome])}</td>
          ))}
        </tr>
      </tfoot>
    </Figures>
  );
}
