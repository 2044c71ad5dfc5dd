import { Link } from '@adminjs/design-system';
import React from 'react';
import type { OverviewConfig } from '../../../shared/mail-overview.js';
import type { Wire } from '../../../shared/wire.js';
import { kindOf } from '../form/kinds/index.js';
import { readConfig } from '../model/draft.js';
import { finalOf, waitingFor, withOutcome } from '../model/log-filters.js';
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
                <CountLink count={params.waiting} rows={waitingFor(name)}>
                  {texts.t('cardWaiting', { n: number.format(params.waiting) })}
                </CountLink>
                {' · '}
                <CountLink count={params.sent} rows={{ ...withOutcome('sent', day), configName: name }}>
                  {texts.t('cardSent', { n: number.format(params.sent) })}
                </CountLink>
                {params.failed > 0 && (
                  <>
                    {' · '}
                    <Phrase
                      texts={texts}
                      text="cardFailed"
                      values={{
                        failed: (
                          <CountLink count={params.failed} rows={{ ...withOutcome('failed', day), configName: name }}>
                            {number.format(params.failed)}
                          </CountLink>
                        ),
                        final: (
                          <CountLink count={params.sent + params.failed} rows={finalOf(name, day)}>
                            {number.format(params.sent + params.failed)}
                          </CountLink>
                        ),
                      }}
                    />
                  </>
                )}
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
