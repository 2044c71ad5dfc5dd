import React from 'react';
import { SECRET_COLUMNS } from '../../../shared/config-fields.js';
import { kindOf } from '../form/kinds/index.js';
import type { KindFact } from '../form/kinds/kind.js';
import { cappedConnections, EMPTY_DRAFT } from '../model/draft.js';
import { authOn } from '../model/rules.js';
import Address from '../parts/Address.js';
import type { Texts } from '../parts/use-texts.js';
import Fact from './Fact.js';
import { Facts } from './layout.js';
import SecretFact from './SecretFact.js';
import Section from './Section.js';
import type { SummaryProps } from './summary-props.js';

/** The kind, the server and the login of a configuration, the number of its connections if it is not the usual one, and the limits of its server. */
export default function SendingSection(props: SummaryProps): React.ReactElement {
  const { texts, settings, config } = props;
  const { draft, pacePerMinute, paceConnections } = config;
  const { type, maxConnections } = draft;
  const facts = kindOf(type).facts(draft, settings, authOn(draft, settings));
  const limits = [
    ...(pacePerMinute === null ? [] : [rateText(pacePerMinute, texts)]),
    ...(paceConnections === null ? [] : [texts.t('limitConnections', { count: paceConnections })]),
  ];
  const valueOf = ({ value, label, text }: KindFact): React.ReactNode =>
    label ? texts.label(label) : text ? texts.t(text) : value && <Address>{value}</Address>;
  return (
    <Section title={texts.t('groupSending')} testId="sending">
      <Facts>
        <Fact name="type" label={texts.property('type')}>
          {texts.label(`type_${type}`)}
        </Fact>
        {facts.map((fact) => {
          const { field, name } = fact;
          const secret = SECRET_COLUMNS.find((column) => column === field);
          if (secret) return <SecretFact key={field} {...props} column={secret} />;
          const value = valueOf(fact);
          return (
            value && (
              <Fact key={name ?? field} name={name ?? field} label={name ? texts.t(name) : texts.property(field)}>
                {value}
              </Fact>
            )
          );
        })}
        {maxConnections !== cappedConnections({ type, maxConnections: EMPTY_DRAFT.maxConnections }) && (
          <Fact name="maxConnections" label={texts.property('maxConnections')}>
            {maxConnections}
          </Fact>
        )}
        {limits.length > 0 && (
          <Fact name="limits" label={texts.t('serverLimits')}>
            {limits.join(' · ')}
          </Fact>
        )}
      </Facts>
    </Section>
  );
}

/** Returns a rate in words: per second, or per minute if it is slow. */
function rateText(perMinute: number, texts: Texts): string {
  const [key, rate] = perMinute < 2 * 60 ? ['limitPerMinute', perMinute] : ['limitPerSecond', perMinute / 60];
  return texts.t(key, { count: new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 0 }).format(rate) });
}
