import { Link } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';
import type { LogMessage } from '../model/message.js';
import type { ActivityChoice } from '../model/types.js';
import Time from '../parts/Time.js';
import { recordUrl } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import { Facts } from './layout.js';
import StatusMark from './StatusMark.js';
import When from './When.js';

interface Props {
  message: LogMessage;
  resourceId: string;
  activities: ActivityChoice[];
  texts: Texts;
}

/** Who, what and when of a message, and what its status means. */
export default function MessageFacts({ message, resourceId, activities, texts }: Props): React.ReactElement {
  const { status, reason, recipients, recipientCount, sentBy, sentAt, nextAttemptAt, expiresAt, priority, attempts } = message;
  const explanation = status === 'held' ? (reason ?? 'disabled') : (reason ?? status);
  const facts: [string, ReactNode][] = [
    ['status', <StatusMark key="status" status={status} texts={texts} />],
    ['subject', message.sensitive ? <em key="subject">{texts.t('sensitiveSubject')}</em> : message.subject || texts.t('noSubject')],
    ['recipients', recipientCount > 1 ? `${recipients} (${texts.t('recipients', { count: recipientCount })})` : recipients],
    ['activity', activities.find(({ key }) => key === message.activity)?.label ?? message.activity],
    sentBy ? ['sentBy', sentBy] : ['configName', message.configName ?? texts.t('defaultConfig')],
    ['createdAt', <Time key="createdAt" at={message.createdAt} locale={texts.locale} />],
  ];
  if (sentAt) facts.push(['sentAt', <Time key="sentAt" at={sentAt} locale={texts.locale} />]);
  if (nextAttemptAt) facts.push(['nextAttemptAt', <When key="nextAttemptAt" at={nextAttemptAt} locale={texts.locale} />]);
  if (expiresAt) facts.push(['expiresAt', <When key="expiresAt" at={expiresAt} locale={texts.locale} />]);
  if (priority !== 'normal') facts.push(['priority', texts.label(`priority_${priority}`)]);
  if (attempts > 0) facts.push(['attempts', attempts]);
  facts.push(['messageId', <code key="messageId">{message.messageId}</code>]);
  if (message.resentFrom) {
    const href = recordUrl(resourceId, message.resentFrom, 'show');
    facts.push([
      'resentFrom',
      <Link key="resentFrom" href={href}>
        {texts.button('openResent')}
      </Link>,
    ]);
  }
  return (
    <>
      <Facts>
        {facts.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{texts.property(name)}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </Facts>
      <p style={{ marginTop: 16 }} data-testid="explanation">
        {texts.t(`explain_${explanation}`)}
      </p>
    </>
  );
}
