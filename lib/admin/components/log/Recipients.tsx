import React from 'react';
import type { MailLogDelivery, MessageStatus } from '../../../shared/mail-log.js';
import type { LogMessage } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';
import { RecipientList } from './record-layout.js';
import OutcomeIcon, { type OutcomeIconKind } from './OutcomeIcon.js';

/** Names the text about recipients that were neither accepted nor refused. */
function remainingKey(status: MessageStatus): string {
  if (status === 'unknown') return 'recipientsUnknown';
  return status === 'queued' || status === 'sending' || status === 'held' ? 'recipientsWaiting' : 'recipientsNotSent';
}

/** The recipients by outcome, if outcomes differ. */
export default function Recipients({
  message,
  delivery,
  texts,
}: {
  message: LogMessage;
  delivery: MailLogDelivery;
  texts: Texts;
}): React.ReactElement {
  const { accepted, acceptedMore, refused, remaining, isTruncated } = delivery;
  const group = (kind: OutcomeIconKind, title: string, entries: React.ReactNode[]): React.ReactElement | null =>
    entries.length === 0 ? null : (
      <div data-testid={`recipients-${kind}`}>
        <dt>
          <OutcomeIcon kind={kind} />
          {title}
        </dt>
        {entries.map((entry, index) => (
          <dd key={index}>{entry}</dd>
        ))}
      </div>
    );
  const more = acceptedMore > 0 ? [texts.t(acceptedMore === 1 ? 'recipientsMoreOne' : 'recipientsMore', { count: acceptedMore })] : [];
  return (
    <>
      <RecipientList>
        {group('accepted', texts.t('recipientsAccepted'), [...accepted, ...more])}
        {group(
          'refused',
          texts.t('recipientsRefused'),
          refused.map(({ address, reply }) => (
            <>
              {address} <code>{reply}</code>
            </>
          )),
        )}
        {group('failing', texts.t(remainingKey(message.status)), remaining)}
      </RecipientList>
      {isTruncated && <p>{texts.t('recipientsTruncated')}</p>}
    </>
  );
}
