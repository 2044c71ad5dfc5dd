import { Link, Placeholder } from '@adminjs/design-system';
import { useQueryParams } from 'adminjs';
import React, { useState } from 'react';
import type { MailOverview } from '../../../shared/mail-overview.js';
import type { Wire } from '../../../shared/wire.js';
import { waitingFor } from '../model/log-filters.js';
import { pluralKey } from '../model/overview.js';
import { type Period, barsOf, namesOf, sumOf, totalOf } from '../model/traffic.js';
import When from '../log/When.js';
import Button from '../parts/Button.js';
import CountLink from '../parts/CountLink.js';
import type { Texts } from '../parts/use-texts.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import Chart, { CHART_HEIGHT } from './Chart.js';
import { Muted, Section, Strip, Title, Tools } from './layout.js';
import Legend from './Legend.js';
import { messageUrl } from './links.js';
import TrafficTable from './TrafficTable.js';

const PERIODS: Period[] = ['24h', '7d'];

interface Props {
  texts: Texts;
  /** Undefined while it is loading. */
  overview: Wire<MailOverview> | undefined;
}

/** The mail volume by outcome, as a chart and as a table. */
export default function Traffic({ texts, overview }: Props): React.ReactElement {
  const params = useQueryParams();
  const period: Period = (params.parsedQuery as { period?: unknown }).period === '7d' ? '7d' : '24h';
  const [looked, setLooked] = useState<number | null>(null);
  const [hasTable, setHasTable] = useState(false);
  const bars = overview && barsOf(overview.traffic, period, overview.at);
  const names = bars && namesOf(bars, period, texts.locale);
  const sum = bars && sumOf(bars);
  const isEmpty = sum !== undefined && totalOf(sum) === 0;
  const bar = looked === null ? undefined : bars?.[looked];
  const title = texts.t(`periodTitle_${period}`);
  const choose = (next: Period): void => {
    setLooked(null);
    params.storeParams({ period: next === '24h' ? undefined : next });
  };
  const table = bars && names && (
    <TrafficTable texts={texts} bars={bars} names={names} caption={`${texts.t('chart')}. ${title}.`} isLinked={hasTable} />
  );

  return (
    <Section aria-labelledby="overview-traffic">
      <Title>
        <h3 id="overview-traffic">{texts.t('traffic')}</h3>
        <Tools>
          <Button type="button" size="sm" variant="outlined" aria-expanded={hasTable} onClick={() => setHasTable(!hasTable)}>
            {texts.button(hasTable ? 'hideTable' : 'showTable')}
          </Button>
          <Strip>
            <VisuallyHidden as="legend">{texts.t('period')}</VisuallyHidden>
            {PERIODS.map((choice) => (
              <label key={choice} htmlFor={`period-${choice}`}>
                <input
                  type="radio"
                  id={`period-${choice}`}
                  name="period"
                  value={choice}
                  checked={choice === period}
                  onChange={() => choose(choice)}
                />
                {texts.t(`period_${choice}`)}
              </label>
            ))}
          </Strip>
        </Tools>
      </Title>
      <Legend
        texts={texts}
        title={bar ? names![looked!]!.full : title}
        figures={bar ?? sum}
        from={bar?.from ?? bars?.[0]?.from}
        to={bar?.to}
      />
      {!bars && <Placeholder height={CHART_HEIGHT} width="100%" aria-hidden="true" />}
      {bars && names && (
        <div style={{ position: 'relative' }}>
          <Chart key={period} texts={texts} bars={bars} names={names} label={`${texts.t('chart')}. ${title}.`} onHover={setLooked} />
          {isEmpty && (
            <p data-testid="no-traffic" style={{ position: 'absolute', inset: '56px 0 auto', textAlign: 'center', pointerEvents: 'none' }}>
              {texts.t(`noTraffic_${period}`)}
            </p>
          )}
        </div>
      )}
      <Muted data-testid="waiting">
        {overview &&
          (overview.waiting === 0 ? (
            texts.t('noneWaiting')
          ) : (
            <CountLink count={overview.waiting} rows={waitingFor()}>
              {texts.t(pluralKey('waiting', overview.waiting), { count: new Intl.NumberFormat(texts.locale).format(overview.waiting) })}
            </CountLink>
          ))}{' '}
        {overview?.oldest && (
          <>
            {texts.t('oldest')} <When at={overview.oldest.since} locale={texts.locale} />
            {' · '}
            <Link href={messageUrl(overview.oldest.id)} aria-label={texts.t('openOldest')}>
              {texts.t('step_open')}
            </Link>
          </>
        )}
      </Muted>
      <Muted>{texts.t('chartNote')}</Muted>
      {table && (hasTable ? table : <VisuallyHidden as="div">{table}</VisuallyHidden>)}
    </Section>
  );
}
