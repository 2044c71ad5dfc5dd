import { Link } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import type { LogMessage } from '../model/message.js';
import Time from '../parts/Time.js';
import { recordUrl } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import { configNameOf } from './config-name.js';
import { Facts } from './record-layout.js';
import When from './When.js';

interface Props {
  message: LogMessage;
  resourceId: string;
  activities: Activity[];
  texts: Texts;
}

/** Returns the stored addresses of the To line, and the number of further recipients. */
function recipientsOf({ recipients, recipientCount }: LogMessage, texts: Texts): string {
  const more = recipientCount - recipients.split(', ').length;
  return more > 0 ? texts.t('recipientsAndMore', { recipients, count: more }) : recipients;
}

/** The facts about a message: recipients, email type, configuration and times. */
export default function MessageFacts({ message, resourceId, activities, texts }: Props): React.ReactElement {
  const { status, reason, sentBy, sentAt, nextAttemptAt, expiresAt, priority, attempts, configId } = message;
  const configName = configNameOf(message, texts);
  const config = configId && !sentBy ? <Link href={recordUrl('SmtpConfig', configId, 'show')}>{configName}</Link> : configName;
  const facts: [string, ReactNode][] = [
    ['recipients', recipientsOf(message, texts)],
    ['activity', activities.find(({ key }) => key === message.activity)?.label ?? message.activity],
    [sentBy ? 'sentBy' : 'configName', config],
    ['createdAt', <Time key="createdAt" at={message.createdAt} locale={texts.locale} />],
  ];
  if (sentAt) facts.push(['sentAt', <Time key="sentAt" at={sentAt} locale={texts.locale} />]);
  if (nextAttemptAt)
    facts.push([
      reason === 'scheduled' ? 'availableAt' : 'nextAttemptAt',
      <When key="nextAttemptAt" at={nextAttemptAt} locale={texts.locale} />,
    ]);
  if (expiresAt && status !== 'sent' && status !== 'partially_sent')
    facts.push(['expiresAt', <When key="expiresAt" at={expiresAt} locale={texts.locale} />]);
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
    <Facts>
      {facts.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{texts.property(name)}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </Facts>
  );
}
