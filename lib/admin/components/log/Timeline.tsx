import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { eventsOf, type Attempt, type Event, type LogMessage } from '../model/message.js';
import { errorTone, mutedTone, successTone, warningTone, type Themed } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';
import { Events } from './layout.js';
import When from './When.js';

const SIGNS = {
  accepted: { shape: '✓', tone: successTone },
  refused: { shape: '✗', tone: errorTone },
  parked: { shape: '▲', tone: warningTone },
  ambiguous: { shape: '?', tone: warningTone },
  event: { shape: '•', tone: mutedTone },
};
type Kind = keyof typeof SIGNS;

const Sign = styled.span.attrs({ className: 'sign', 'aria-hidden': true })`
  color: ${(props: Themed & { $kind: Kind }) => SIGNS[props.$kind].tone(props)};
`;

/** One attempt; what it means is the latest error's own sentence, or that for its code. */
function AttemptItem({ attempt, meaning, texts }: { attempt: Event; meaning: string | null; texts: Texts }): React.ReactElement {
  const { at, configName, outcome, code, reply, ms, times, lastAt } = attempt;
  const kind: Kind = outcome in SIGNS ? (outcome as Kind) : 'event';
  const hint = meaning ?? (code && outcome !== 'accepted' ? texts.optional(`hint_${code}`) : '');
  return (
    <li data-outcome={outcome}>
      <Sign $kind={kind}>{SIGNS[kind].shape}</Sign>
      {texts.label(`outcome_${outcome}`)}
      <small>
        <When at={at} locale={texts.locale} />
        {configName && ` · ${texts.t('attemptThrough', { name: configName })}`} · {texts.t('milliseconds', { ms })}
      </small>
      {times > 1 && (
        <small>
          {texts.t('attemptTimes', { times })} <When at={lastAt} locale={texts.locale} />
        </small>
      )}
      {hint && <p>{hint}</p>}
      {reply && (
        <details>
          <summary>{texts.t('serverWords')}</summary>
          <pre>{reply}</pre>
        </details>
      )}
    </li>
  );
}

/** What happened to a message, the oldest first: each attempt with what the server said and what that means. */
export default function Timeline({
  message,
  attempts,
  texts,
}: {
  message: LogMessage;
  attempts: Attempt[];
  texts: Texts;
}): React.ReactElement {
  const { createdAt, resentFrom, status } = message;
  const events = eventsOf(attempts);
  const lastError = status === 'sent' || status === 'cancelled' ? null : message.lastError;
  return (
    <>
      <Events aria-label={texts.t('timeline')}>
        <li>
          <Sign $kind="event">{SIGNS.event.shape}</Sign>
          {texts.t(resentFrom ? 'event_resent' : 'event_created')}
          <small>
            <When at={createdAt} locale={texts.locale} />
          </small>
        </li>
        {events.map((attempt) => (
          <AttemptItem
            key={`${attempt.at} ${attempt.ms}`}
            attempt={attempt}
            meaning={attempt === events.at(-1) ? lastError : null}
            texts={texts}
          />
        ))}
        {status === 'cancelled' && (
          <li>
            <Sign $kind="event">{SIGNS.event.shape}</Sign>
            {texts.t('event_cancelled')}
          </li>
        )}
      </Events>
      {events.length === 0 && status !== 'cancelled' && <p>{texts.t('noAttempts')}</p>}
      {lastError && events.length === 0 && <p data-testid="last-error">{lastError}</p>}
    </>
  );
}
