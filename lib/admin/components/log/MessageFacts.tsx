import { Link } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';
import type { MailLogDetails, MailLogPart } from '../../../shared/message-details.js';
import type { Activity } from '../../../shared/smtp-config.js';
import { formatBytes } from '../model/bytes.js';
import type { LogMessage } from '../model/message.js';
import { recordUrl } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import { configNameOf } from './config-name.js';
import ExactTime from './ExactTime.js';
import MailboxList, { mailboxText } from './MailboxList.js';
import { Facts } from './record-layout.js';
import { recipientsOf } from './subject.js';

interface Props {
  message: LogMessage;
  /** Undefined while they are loading, null if that failed. */
  details: MailLogDetails | null | undefined;
  resourceId: string;
  activities: Activity[];
  texts: Texts;
}

type Fact = [name: string, value: ReactNode];

/** Returns sender and recipients, as far as known. */
function addressFacts(message: LogMessage, details: Props['details'], texts: Texts): Fact[] {
  const { from = null, basis, replyTo = [], recipients } = details ?? {};
  const note = details && (from ? texts.optional(`basis_${basis}`) : '');
  const sender = from ? mailboxText(from) : details === undefined ? '…' : texts.t('fromUnknown');
  const facts: Fact[] = [
    [
      'from',
      <React.Fragment key="from">
        {sender}
        {note && <small className="note">{note}</small>}
      </React.Fragment>,
    ],
  ];
  if (replyTo.length > 0) facts.push(['replyTo', replyTo.map(mailboxText).join(', ')]);
  if (!recipients) return [...facts, ['recipients', recipientsOf(message, texts)]];
  for (const header of ['to', 'cc', 'bcc'] as const) {
    if (recipients[header].shown.length > 0)
      facts.push([header, <MailboxList key={header} mailboxes={recipients[header]} texts={texts} />]);
  }
  return facts;
}

/** Returns the size of a message, and its parts: "1.2 MB: text, HTML, 2 attachments". */
function sizeOf(parts: MailLogPart[], texts: Texts): string {
  const count = (kind: MailLogPart['kind']): number => parts.filter((part) => part.kind === kind).length;
  const kinds = [
    ...(count('text') > 0 ? [texts.button('asText')] : []),
    ...(count('html') > 0 ? [texts.button('asHtml')] : []),
    ...(['attachment', 'inline'] as const)
      .filter((kind) => count(kind) > 0)
      .map((kind) => texts.t(count(kind) === 1 ? `${kind}One` : `${kind}Many`, { count: count(kind) })),
  ];
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return `${formatBytes(bytes, texts.locale)}: ${kinds.join(', ')}`;
}

/** Returns the times of a message, in their order. */
function timeFacts({ status, reason, createdAt, sentAt, nextAttemptAt, expiresAt }: LogMessage, texts: Texts): Fact[] {
  const time = (name: string, at: string | null): Fact[] => (at ? [[name, <ExactTime key={name} at={at} locale={texts.locale} />]] : []);
  const isOver = status === 'sent' || status === 'partially_sent';
  return [
    ...time('createdAt', createdAt),
    ...time(reason === 'scheduled' ? 'availableAt' : 'nextAttemptAt', nextAttemptAt),
    ...time('sentAt', sentAt),
    ...time('expiresAt', isOver ? null : expiresAt),
  ];
}

/** The facts about a message: who, what and when. */
export default function MessageFacts({ message, details, resourceId, activities, texts }: Props): React.ReactElement {
  const { sentBy, priority, attempts, configId, messageId, resentFrom } = message;
  const configName = configNameOf(message, texts);
  const config = configId && !sentBy ? <Link href={recordUrl('SmtpConfig', configId, 'show')}>{configName}</Link> : configName;
  const facts: Fact[] = [
    ...addressFacts(message, details, texts),
    ['activity', activities.find(({ key }) => key === message.activity)?.label ?? message.activity],
    [sentBy ? 'sentBy' : 'configName', config],
    ['priority', texts.label(`priority_${priority}`)],
    ...timeFacts(message, texts),
  ];
  if (attempts > 0) facts.push(['attempts', attempts]);
  if (details?.parts) facts.push(['size', sizeOf(details.parts, texts)]);
  facts.push(['messageId', <code key="messageId">{messageId}</code>]);
  if (resentFrom)
    facts.push([
      'resentFrom',
      <Link key="resentFrom" href={recordUrl(resourceId, resentFrom, 'show')}>
        {texts.button('openResent')}
      </Link>,
    ]);
  return (
    <Facts>
      {facts.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{texts.property(name)}</dt>
          <dd data-fact={name}>{value}</dd>
        </React.Fragment>
      ))}
    </Facts>
  );
}
