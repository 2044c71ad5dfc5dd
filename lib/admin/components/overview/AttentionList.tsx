import { Link } from '@adminjs/design-system';
import React, { Fragment, type ReactNode } from 'react';
import { OUTCOME_STATUSES } from '../../../shared/mail-counts.js';
import type { Attention } from '../../../shared/mail-overview.js';
import type { Wire } from '../../../shared/wire.js';
import { blockedBy, failedLate, finishedSince, queuedSince, waitingFor, withOutcome } from '../model/log-filters.js';
import { pluralKey } from '../model/overview.js';
import { dayOf } from '../model/relative-time.js';
import CountLink from '../parts/CountLink.js';
import Time from '../parts/Time.js';
import { logUrl } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import { useTexts } from '../parts/use-texts.js';
import TryNow from '../log/TryNow.js';
import When from '../log/When.js';
import { Point, Points } from './layout.js';
import { activitiesUrl, configUrl, configsUrl, messageUrl, newConfigUrl, untestedUrl } from './links.js';

type AttentionItem = Wire<Attention>;

interface Props {
  texts: Texts;
  items: AttentionItem[];
  /** The number of configurations about which nothing is known. */
  untested: number;
  /** The start of the last 24 hours. */
  day: number;
  canManage: boolean;
  /** Called after an action on one of the items. */
  onDone: () => void;
}

/** Kinds that stop all mail. They stand out from those that affect some of it. */
const STOPS: AttentionItem['kind'][] = [
  'no_config',
  'all_disabled',
  'no_default',
  'default_disabled',
  'failing',
  'held_disabled',
  'held_missing',
  'held_activity_missing',
  'oldest',
];

/** A list of everything that needs attention, each with its next step. */
export default function AttentionList({ texts, items, untested, day, canManage, onDone }: Props): React.ReactElement {
  const logTexts = useTexts('SmtpMessage');
  if (items.length === 0 && untested === 0) {
    return (
      <Points>
        <Point $severity="fine" data-attention="none">
          <span aria-hidden="true">✓</span>
          <p>{texts.t('noProblems')}</p>
        </Point>
      </Points>
    );
  }
  return (
    <Points>
      {items.map((item, index) => (
        <Point
          key={keyOf(item)}
          $severity={STOPS.includes(item.kind === 'more' ? item.of : item.kind) ? 'stops' : 'some'}
          data-attention={item.kind}
        >
          <span aria-hidden="true">▲</span>
          <div id={`attention-${index}`}>
            <ItemText texts={texts} item={item} day={day} />
          </div>
          <span className="step">
            {item.kind === 'failing' && canManage ? (
              <TryNow texts={logTexts} resourceId="SmtpMessage" configId={item.config.id} onTried={onDone} />
            ) : (
              <NextStep texts={texts} item={item} day={day} canManage={canManage} describedBy={`attention-${index}`} />
            )}
          </span>
        </Point>
      ))}
      {untested > 0 && (
        <Point $severity="unknown" data-attention="untested">
          <span aria-hidden="true">○</span>
          <p id="attention-untested">
            {texts.t(pluralKey('untested', untested), { count: new Intl.NumberFormat(texts.locale).format(untested) })}
          </p>
          <span className="step">
            <Link href={untestedUrl()} aria-describedby="attention-untested">
              {texts.t(pluralKey('step_untested', untested))}
            </Link>
          </span>
        </Point>
      )}
    </Points>
  );
}

function keyOf(item: AttentionItem): string {
  return [item.kind, 'config' in item ? item.config.id : '', 'of' in item ? item.of : ''].join(' ');
}

/** The sentence, with details below it. */
function ItemText({ texts, item, day }: { texts: Texts; item: AttentionItem; day: number }): React.ReactElement {
  const number = (count: number): string => new Intl.NumberFormat(texts.locale).format(count);
  const sentence = (key: string, count: number): string => texts.t(pluralKey(key, count), { count: number(count) });
  const wait = ({ config: { name }, waiting }: { config: { name: string }; waiting: number }): ReactNode =>
    waiting > 0 && (
      <CountLink count={waiting} rows={waitingFor(name)}>
        {sentence('waiting', waiting)}
      </CountLink>
    );
  const since = (at: string): ReactNode => (
    <>
      {texts.t('since')} <When at={at} locale={texts.locale} />
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
        const reason = item.kind === 'no_default' ? 'no_default' : 'activity_missing';
        const view = texts.t(pluralKey('step_view', item.waiting));
        return [
          sentence(`attention_${item.kind}`, item.waiting),
          <CountLink key="" count={item.waiting} rows={blockedBy(reason)}>
            {view}
          </CountLink>,
        ];
      }
      case 'default_disabled':
      case 'held_disabled':
        return [texts.t(`attention_${item.kind}`, { name: item.config.name }), wait(item)];
      case 'failing':
        return [
          texts.t('attention_failing', { name: item.config.name }),
          <>
            {since(item.since)} · {item.error} {wait(item)}
          </>,
        ];
      case 'failed':
        return [sentence('attention_failed', item.count), <ByStatus key="" item={item} day={day} />];
      case 'oldest':
        return [
          texts.t(item.message.reason === null ? 'attention_oldest' : `attention_oldest_${item.message.reason}`),
          since(item.message.since),
        ];
      case 'test_failed':
        return [
          texts.t('attention_test_failed', { name: item.config.name }),
          <>
            {texts.t('tested')} <Time at={item.since} locale={texts.locale} /> · {item.error}
          </>,
        ];
      case 'login_warning':
        return [texts.t('attention_login_warning', { name: item.config.name })];
      case 'certificate_expires': {
        const key = item.isExpired ? 'attention_certificate_expired' : 'attention_certificate_expires';
        return [texts.t(key, { name: item.config.name, date: dayOf(item.expiresAt, texts.locale) })];
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

function NextStep(props: { texts: Texts; item: AttentionItem; day: number; canManage: boolean; describedBy: string }): React.ReactElement {
  const { texts, item, day, canManage, describedBy } = props;
  const [href, words] = ((): [string, string] => {
    const changing = (key: string): string => texts.t(canManage ? key : 'step_open');
    switch (item.kind) {
      case 'no_config':
        return [canManage ? newConfigUrl() : configsUrl(), changing('step_create')];
      case 'no_default':
        return [configsUrl(), changing('step_choose')];
      case 'all_disabled':
      case 'more':
        return [configsUrl(), texts.t('step_configs')];
      case 'default_disabled':
      case 'held_disabled':
      case 'failing':
      case 'test_failed':
      case 'login_warning':
      case 'certificate_expires':
        return [configUrl(item.config.id, canManage), texts.t('step_openNamed', { name: item.config.name })];
      case 'held_missing':
        return [logUrl(blockedBy('missing')), texts.t(pluralKey('step_view', item.waiting))];
      case 'held_activity_missing':
        return [activitiesUrl(), texts.t('step_activities')];
      case 'oldest':
        return [messageUrl(item.message.id), texts.t('step_viewOne')];
      case 'failed':
        return [logUrl(withOutcome('failed', day)), texts.t(pluralKey('step_view', item.count))];
      case 'failed_late':
        return [logUrl(failedLate(day)), texts.t(pluralKey('step_view', item.count))];
      case 'partially_sent':
        return [logUrl(finishedSince(day, item.kind)), texts.t(pluralKey('step_view', item.count))];
    }
  })();
  return (
    <Link href={href} aria-describedby={describedBy}>
      {words}
    </Link>
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
