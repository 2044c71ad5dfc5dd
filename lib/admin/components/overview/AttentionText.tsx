import React, { Fragment, type ReactNode } from 'react';
import { OUTCOME_STATUSES } from '../../../shared/mail-counts.js';
import When from '../log/When.js';
import { blockedBy, queuedSince, waitingFor } from '../model/log-filters.js';
import { pluralKey } from '../model/overview.js';
import { utcDay } from '../../../shared/utc-time.js';
import CountLink from '../parts/CountLink.js';
import Phrase from '../parts/Phrase.js';
import Time from '../parts/Time.js';
import { type Texts, useTexts } from '../parts/use-texts.js';
import type { AttentionItem } from './AttentionList.js';

interface Props {
  texts: Texts;
  item: AttentionItem;
  /** The start of the last 24 hours. */
  day: number;
}

/** The sentence about something that needs attention, with details below it. */
export default function AttentionText({ texts, item, day }: Props): React.ReactElement {
  const number = (count: number): string => new Intl.NumberFormat(texts.locale).format(count);
  const sentence = (key: string, count: number): string => texts.t(pluralKey(key, count), { count: number(count) });
  const named = (kind: string, { name }: { name: string }): string => texts.t(`attention_${kind}`, { name });
  const waiting = ({ config, waiting: count }: { config: { name: string }; waiting: number }): ReactNode =>
    count > 0 && (
      <CountLink count={count} rows={waitingFor(config.name)}>
        {sentence('waiting', count)}
      </CountLink>
    );
  const when = (at: string): ReactNode => <When at={at} locale={texts.locale} />;
  const since = (at: string): ReactNode => (
    <>
      {texts.t('since')} {when(at)}
    </>
  );
  const [words, more] = ((): [string, ReactNode?] => {
    switch (item.kind) {
      case 'no_config':
      case 'all_disabled':
        return [texts.t(`attention_${item.kind}`)];
      case 'held_missing':
        return [sentence('attention_held_missing', item.waiting)];
      case 'no_default':
      case 'held_activity_missing': {
        const rows = blockedBy(item.kind === 'no_default' ? 'no_default' : 'activity_missing');
        const link = (
          <CountLink key="rows" count={item.waiting} rows={rows}>
            {texts.t(pluralKey('step_view', item.waiting))}
          </CountLink>
        );
        return [sentence(`attention_${item.kind}`, item.waiting), link];
      }
      case 'default_disabled':
      case 'held_disabled':
        return [named(item.kind, item.config), waiting(item)];
      case 'failing':
        return [
          named(item.kind, item.config),
          <>
            {since(item.since)} · {texts.failure(item)} {waiting(item)}
          </>,
        ];
      case 'recovered':
        return [
          named(item.kind, item.config),
          <>
            <Phrase texts={texts} text="failedFromTo" values={{ from: when(item.since), to: when(item.until) }} /> · {texts.failure(item)}
          </>,
        ];
      case 'failed':
        return [sentence('attention_failed', item.count), <ByStatus key="statuses" item={item} day={day} />];
      case 'oldest':
        return [
          texts.t(item.message.reason === null ? 'attention_oldest' : `attention_oldest_${item.message.reason}`),
          since(item.message.since),
        ];
      case 'test_failed':
        return [
          named(item.kind, item.config),
          <>
            {texts.t('tested')} <Time at={item.since} locale={texts.locale} /> · {texts.failure(item)}
          </>,
        ];
      case 'login_warning':
        return [named(item.kind, item.config)];
      case 'certificate_expires': {
        const key = item.isExpired ? 'attention_certificate_expired' : 'attention_certificate_expires';
        return [texts.t(key, { name: item.config.name, date: utcDay(item.expiresAt, texts.locale) })];
      }
      case 'more':
        return [sentence(`attention_more_${item.of}`, item.count)];
      default:
        return [sentence(`attention_${item.kind}`, item.count)];
    }
  })();
  return (
    <>
      <p>{words}</p>
      {more && <small>{more}</small>}
    </>
  );
}

/** The messages that failed, by their status. */
function ByStatus({ item, day }: { item: Extract<AttentionItem, { kind: 'failed' }>; day: number }): React.ReactElement {
  const texts = useTexts('SmtpMessage');
  const number = new Intl.NumberFormat(texts.locale);
  const counted = OUTCOME_STATUSES.failed.filter((status) => item.byStatus[status]);
  return (
    <>
      {counted.map((status, index) => (
        <Fragment key={status}>
          {index > 0 && ' · '}
          <CountLink count={item.byStatus[status]!} rows={queuedSince(day, status)}>
            {texts.label(`status_${status}`)} {number.format(item.byStatus[status]!)}
          </CountLink>
        </Fragment>
      ))}
    </>
  );
}
