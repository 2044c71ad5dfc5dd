import { Link } from '@adminjs/design-system';
import React from 'react';
import type { OverviewConfig } from '../../../shared/mail-overview.js';
import type { Wire } from '../../../shared/wire.js';
import { kindOf } from '../form/kinds/index.js';
import { readConfig } from '../model/draft.js';
import { pluralKey } from '../model/overview.js';
import DefaultMark from '../parts/DefaultMark.js';
import Health from '../parts/Health.js';
import { type Texts, useTexts } from '../parts/use-texts.js';
import { Card, Cards, Muted } from './layout.js';
import { configUrl, configsUrl } from './links.js';

interface Props {
  texts: Texts;
  configs: Wire<OverviewConfig>[];
  configured: number;
  canManage: boolean;
}

/** The configurations with their health, failing ones first, and a link to the list of all. */
export default function ConfigCards({ texts, configs, configured, canManage }: Props): React.ReactElement {
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
                {texts.t('cardWaiting', { n: number.format(params.waiting) })} · {texts.t('cardSent', { n: number.format(params.sent) })}
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
