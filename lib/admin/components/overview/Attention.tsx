import { Link } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';
import { type Attention as Matter, counted } from '../model/overview.js';
import { dayOf } from '../model/relative-time.js';
import Time from '../parts/Time.js';
import type { Texts } from '../parts/use-texts.js';
import { useTexts } from '../parts/use-texts.js';
import TryNow from '../log/TryNow.js';
import When from '../log/When.js';
import { Point, Points } from './layout.js';
import { activitiesUrl, configUrl, configsUrl, logUrl, messageUrl, newConfigUrl } from './links.js';

interface Props {
  texts: Texts;
  matters: Matter[];
  canManage: boolean;
  /** After something was done about one of them. */
  onDone: () => void;
}

/** What stops mail stands out from what concerns some of it. */
const STOPS: Matter['kind'][] = [
  'no_config',
  'all_off',
  'no_default',
  'default_off',
  'failing',
  'held_off',
  'held_missing',
  'held_activity_missing',
  'oldest',
];

/** What needs attention, each with its one next step. */
export default function Attention({ texts, matters, canManage, onDone }: Props): React.ReactElement {
  const logTexts = useTexts('SmtpMessage');
  if (matters.length === 0) {
    return (
      <Points>
        <Point $severity="fine" data-attention="none">
          <span aria-hidden="true">✓</span>
          <p>{texts.t('allLeaves')}</p>
        </Point>
      </Points>
    );
  }
  return (
    <Points>
      {matters.map((matter, index) => (
        <Point
          key={keyOf(matter)}
          $severity={STOPS.includes(matter.kind === 'more' ? matter.of : matter.kind) ? 'stops' : 'some'}
          data-attention={matter.kind}
        >
          <span aria-hidden="true">▲</span>
          <div id={`attention-${index}`}>
            <Words texts={texts} matter={matter} />
          </div>
          <span className="step">
            {matter.kind === 'failing' && canManage ? (
              <TryNow texts={logTexts} resourceId="SmtpMessage" configId={matter.config.id} onTried={onDone} />
            ) : (
              <Step texts={texts} matter={matter} canManage={canManage} describedBy={`attention-${index}`} />
            )}
          </span>
        </Point>
      ))}
    </Points>
  );
}

function keyOf(matter: Matter): string {
  return [matter.kind, 'config' in matter ? matter.config.id : '', 'of' in matter ? matter.of : ''].join(' ');
}

/** The sentence, and below it what else is known. */
function Words({ texts, matter }: { texts: Texts; matter: Matter }): React.ReactElement {
  const number = (count: number): string => new Intl.NumberFormat(texts.locale).format(count);
  const sentence = (key: string, count: number): string => texts.t(counted(key, count), { count: number(count) });
  const wait = (count: number): string => (count === 0 ? '' : sentence('waits', count));
  const since = (at: string): ReactNode => (
    <>
      {texts.t('since')} <When at={at} locale={texts.locale} />
    </>
  );
  const [words, more] = ((): [string, ReactNode?] => {
    switch (matter.kind) {
      case 'no_config':
      case 'all_off':
        return [texts.t(`attention_${matter.kind}`)];
      case 'no_default':
      case 'held_missing':
      case 'held_activity_missing':
        return [sentence(`attention_${matter.kind}`, matter.waiting)];
      case 'default_off':
      case 'held_off':
        return [texts.t(`attention_${matter.kind}`, { name: matter.config.name }), wait(matter.waiting)];
      case 'failing':
        return [
          texts.t('attention_failing', { name: matter.config.name }),
          <>
            {since(matter.since)} · {matter.error} {wait(matter.waiting)}
          </>,
        ];
      case 'oldest':
        return [
          texts.t(matter.message.reason === null ? 'attention_oldest' : `attention_oldest_${matter.message.reason}`),
          since(matter.message.since),
        ];
      case 'test_failed':
        return [
          texts.t('attention_test_failed', { name: matter.config.name }),
          <>
            {texts.t('tested')} <Time at={matter.since} locale={texts.locale} /> · {matter.error}
          </>,
        ];
      case 'login_warning':
        return [texts.t('attention_login_warning', { name: matter.config.name })];
      case 'certificate_ends': {
        const key = matter.isOver ? 'attention_certificate_ended' : 'attention_certificate_ends';
        return [texts.t(key, { name: matter.config.name, date: dayOf(matter.until, texts.locale) })];
      }
      case 'more':
        return [sentence(`attention_more_${matter.of}`, matter.count)];
      default:
        return [sentence(`attention_${matter.kind}`, matter.count)];
    }
  })();
  return (
    <>
      <p>{words}</p>
      {more && <small>{more}</small>}
    </>
  );
}

function Step(props: { texts: Texts; matter: Matter; canManage: boolean; describedBy: string }): React.ReactElement {
  const { texts, matter, canManage, describedBy } = props;
  const [href, words] = ((): [string, string] => {
    const changing = (key: string): string => texts.t(canManage ? key : 'step_open');
    switch (matter.kind) {
      case 'no_config':
        return [canManage ? newConfigUrl() : configsUrl(), changing('step_create')];
      case 'no_default':
        return [configsUrl(), changing('step_choose')];
      case 'all_off':
      case 'more':
        return [configsUrl(), texts.t('step_configs')];
      case 'default_off':
      case 'held_off':
      case 'failing':
      case 'test_failed':
      case 'login_warning':
      case 'certificate_ends':
        return [configUrl(matter.config.id, canManage), texts.t('step_openNamed', { name: matter.config.name })];
      case 'held_missing':
        return [logUrl('held'), texts.t(counted('step_see', matter.waiting))];
      case 'held_activity_missing':
        return [activitiesUrl(), texts.t('step_activities')];
      case 'oldest':
        return [messageUrl(matter.message.id), texts.t('step_seeOne')];
      default:
        return [logUrl(matter.kind), texts.t(counted('step_see', matter.count))];
    }
  })();
  return (
    <Link href={href} aria-describedby={describedBy}>
      {words}
    </Link>
  );
}
