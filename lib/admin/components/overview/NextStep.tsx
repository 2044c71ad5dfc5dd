import { Link } from '@adminjs/design-system';
import React from 'react';
import type { ConfigHealth } from '../../../shared/config-fields.js';
import type { Attention } from '../../../shared/mail-overview.js';
import FailingActions from '../log/FailingActions.js';
import MoveWaiting from '../log/MoveWaiting.js';
import { blockedBy, failedLate, finishedSince, waitingFor, withOutcome } from '../model/log-filters.js';
import { pluralKey } from '../model/overview.js';
import FixLink from '../parts/FixLink.js';
import { logUrl } from '../parts/use-go.js';
import { type Texts, useTexts } from '../parts/use-texts.js';
import type { AttentionItem } from './AttentionList.js';
import { activitiesUrl, configsIn, configsUrl, configUrl, messageUrl, newConfigUrl, testUrl } from './links.js';

interface Props {
  texts: Texts;
  item: AttentionItem;
  /** The start of the last 24 hours. */
  day: number;
  canManage: boolean;
  isSingle: boolean;
  /** The id of the text that the step belongs to. */
  describedBy: string;
  /** Called after an action. */
  onDone: () => void;
}

/** The states that several configurations can be listed by. */
const HEALTHS: Partial<Record<Extract<Attention, { kind: 'more' }>['of'], ConfigHealth>> = {
  failing: 'failing',
  test_failed: 'test_failed',
  held_disabled: 'disabled',
};

/** The step that helps with something that needs attention. */
export default function NextStep({ texts, item, day, canManage, isSingle, describedBy, onDone }: Props): React.ReactElement {
  const logTexts = useTexts('SmtpMessage');
  const link = (href: string, words: string): React.ReactElement => (
    <Link href={href} aria-describedby={describedBy}>
      {words}
    </Link>
  );
  const rows = (href: string, count: number): React.ReactElement => link(href, texts.t(pluralKey('step_view', count)));
  const change = (href: string, key: string): React.ReactElement => link(href, texts.t(canManage ? key : 'step_open'));
  const open = ({ id, name }: { id: string; name: string }): React.ReactElement =>
    link(configUrl(id, canManage), texts.t('step_openNamed', { name }));
  const fix = (config: { id: string; name: string }, field: string): React.ReactElement =>
    canManage ? <FixLink texts={texts} configId={config.id} field={field} describedBy={describedBy} /> : open(config);

  switch (item.kind) {
    case 'no_config':
      return change(canManage ? newConfigUrl() : configsUrl(), 'step_create');
    case 'no_default':
      return change(configsUrl(), 'step_choose');
    case 'all_disabled':
      return link(configsUrl(), texts.t('step_configs'));
    case 'more': {
      const health = HEALTHS[item.of];
      return link(health ? configsIn(health) : configsUrl(), texts.t('step_configs'));
    }
    case 'default_disabled':
      return fix(item.config, 'enabled');
    case 'failing':
      if (!canManage) return open(item.config);
      return <FailingActions {...item} texts={logTexts} isSingle={isSingle} describedBy={describedBy} onDone={onDone} />;
    case 'test_failed':
      if (item.field) return fix(item.config, item.field);
      return canManage ? link(testUrl(item.config.id), texts.t('step_test')) : open(item.config);
    case 'login_warning':
      return fix(item.config, 'authMethod');
    case 'certificate_expires':
      return fix(item.config, 'caCertificate');
    case 'recovered':
      return open(item.config);
    case 'held_disabled':
      if (!canManage || isSingle) return rows(logUrl(waitingFor(item.config.name)), item.waiting);
      return <MoveWaiting texts={logTexts} config={item.config} waiting={item.waiting} onMoved={onDone} />;
    case 'held_missing':
      return rows(logUrl(blockedBy('missing')), item.waiting);
    case 'held_activity_missing':
      return link(activitiesUrl(), texts.t('step_activities'));
    case 'oldest':
      return link(messageUrl(item.message.id), texts.t('step_viewOne'));
    case 'failed':
      return rows(logUrl(withOutcome('failed', day)), item.count);
    case 'failed_late':
      return rows(logUrl(failedLate(day)), item.count);
    case 'partially_sent':
      return rows(logUrl(finishedSince(day, item.kind)), item.count);
  }
}
