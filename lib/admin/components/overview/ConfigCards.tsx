import { Link } from '@adminjs/design-system';
import React from 'react';
import type { OverviewConfig } from '../../../shared/mail-overview.js';
import type { Wire } from '../../../shared/wire.js';
import { kindOf } from '../form/kinds/index.js';
import { readConfig } from '../model/draft.js';
import { finalOf, type LogFilters, waitingFor, withOutcome } from '../model/log-filters.js';
import { pluralKey } from '../model/overview.js';
import CountLink from '../parts/CountLink.js';
import DefaultMark from '../parts/DefaultMark.js';
import Health from '../parts/Health.js';
import Phrase from '../parts/Phrase.js';
import { type Texts, useTexts } from '../parts/use-texts.js';
import { Card, Cards, Muted } from './layout.js';
import { configUrl, configsUrl } from './links.js';

interface Props {
  texts: Texts;
  configs: Wire<OverviewConfig>[];
  /** The start of the last 24 hours. */
  day: number;
  configured: number;
  canManage: boolean;
}

/** The configurations with their health, failing ones first, and a link to the list of all. */
export default function ConfigCards({ texts, configs, day, configured, canManage }: Props): React.ReactElement {
  const configTexts = useTexts('SmtpConfig');
  const number = new Intl.NumberFormat(texts.locale);
  const more = configured - configs.length;
  return (
    <>
      <Cards>
        {configs.map((params) => {
          const config = readConfig(params);
          const { name, type, isDefault } = config.draft;
          return (
            <Card key={params.id} data-config={name}>
              <div>
                <Link href={configUrl(params.id, canManage)}>{name}</Link> {isDefault && <DefaultMark texts={configTexts} />}
              </div>
              <small>{kindOf(type).summary(config.draft, configTexts.label(`type_${type}`))}</small>
              <Health config={config} texts={configTexts} brief />
              <small className="figures">
                <Figures texts={texts} config={params} day={day} />
              </small>
            </Card>
          );
        })}
      </Cards>
      {more > 0 && (
        <Muted>
          <Link href={configsUrl()}>{texts.t(pluralKey('configsMore', more), { count: number.format(more) })}</Link>
        </Muted>
      )}
    </>
  );
}

/** The waiting mail of a configuration, and its mail of the last 24 hours. Each number links to its messages. */
function Figures({ texts, config, day }: { texts: Texts; config: Wire<OverviewConfig>; day: number }): React.ReactElement {
  const { name, waiting, sent, failed } = config;
  const number = new Intl.NumberFormat(texts.locale);
  const link = (count: number, rows: LogFilters): React.ReactElement => (
    <CountLink count={count} rows={rows}>
      {number.format(count)}
    </CountLink>
  );
  const values = {
    sent: link(sent, { ...withOutcome('sent', day), configName: name }),
    failed: link(failed, { ...withOutcome('failed', day), configName: name }),
    final: link(sent + failed, finalOf(name, day)),
  };
  return (
    <>
      <span>
        <Phrase texts={texts} text="cardWaiting" values={{ n: link(waiting, waitingFor(name)) }} />
      </span>
      <span>{sent + failed === 0 ? texts.t('cardNoMail') : <Phrase texts={texts} text="cardDay" values={values} />}</span>
    </>
  );
}
