import React from 'react';
import type { Delivery, LogMessage, Status } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';
import { RecipientList } from './record-layout.js';
import Sign, { type SignKind } from './Sign.js';

/** What is to become of those who neither have it nor were refused. */
function leftKey(status: Status): string {
  if (status === 'unknown') return 'recipientsUnknown';
  return status === 'queued' || status === 'sending' || status === 'held' ? 'recipientsWaiting' : 'recipientsLeft';
}

/** Who has the message and who has not, where its recipients were not treated alike. */
export default function Recipients({
  message,
  delivery,
  texts,
}: {
  message: LogMessage;
  delivery: Delivery;
  texts: Texts;
}): React.ReactElement {
  const { accepted, acceptedMore, refused, left, isCut } = delivery;
  const group = (kind: SignKind, title: string, entries: React.ReactNode[]): React.ReactElement | null =>
    entries.length === 0 ? null : (
      <div data-testid={`recipients-${kind}`}>
        <dt>
          <Sign kind={kind} />
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
          refused.map(({ address, response }) => (
            <>
              {address} <code>{response}</code>
            </>
          )),
        )}
        {group('failing', texts.t(leftKey(message.status)), left)}
      </RecipientList>
      {isCut && <p>{texts.t('recipientsCut')}</p>}
    </>
  );
}
