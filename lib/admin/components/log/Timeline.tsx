import React from 'react';
import type { HistoryPage } from '../../../shared/audit.js';
import type { Wire } from '../../../shared/wire.js';
import TimelineEntry from '../history/TimelineEntry.js';
import type { HistoryTexts } from '../history/use-history-texts.js';
import { eventsOf, type LogAttempt, type Event, type EventKind } from '../model/attempts.js';
import type { LogMessage } from '../model/message.js';
import { formatDuration } from '../model/relative-time.js';
import type { Texts } from '../parts/use-texts.js';
import { Events } from './record-layout.js';
import OutcomeIcon, { type OutcomeIconKind } from './OutcomeIcon.js';
import When from './When.js';

const ICONS: Record<EventKind, OutcomeIconKind> = {
  accepted: 'accepted',
  accepted_partly: 'partly',
  accepted_rest: 'accepted',
  refused: 'refused',
  refused_rest: 'refused',
  config_failed: 'failing',
  ambiguous: 'ambiguous',
};

/** An attempt, with the given meaning or the one of its code. */
function AttemptItem({ attempt, meaning, texts }: { attempt: Event; meaning: string | null; texts: Texts }): React.ReactElement {
  const { at, configName, kind, code, reply, ms, times, lastAt } = attempt;
  const hint = meaning ?? (code && !kind.startsWith('accepted') ? texts.optional(`hint_${code}`) : '');
  return (
    <li data-outcome={kind}>
      <OutcomeIcon kind={ICONS[kind] ?? 'event'} />
      {texts.label(`outcome_${kind}`)}
      <small>
        <When at={at} locale={texts.locale} />
        {configName && ` · ${texts.t('attemptThrough', { name: configName })}`} · {formatDuration(ms, texts.locale)}
      </small>
      {times > 1 && (
        <small>
          {texts.t('attemptTimes', { times })} <When at={lastAt} locale={texts.locale} />
        </small>
      )}
      {hint && <p>{hint}</p>}
      {reply && (
        <details>
          <summary>{texts.t('serverReply')}</summary>
          <pre>{reply}</pre>
        </details>
      )}
    </li>
  );
}

interface Props {
  message: LogMessage;
  attempts: LogAttempt[];
  /** The latest entries of the change history about the message. */
  history?: Wire<HistoryPage>;
  words: HistoryTexts;
  texts: Texts;
}

/**
 * The events of a message, the oldest first: each attempt with the server's reply and its meaning, and what persons did with the
 * message.
 */
export default function Timeline({ message, attempts, history, words, texts }: Props): React.ReactElement {
  const { createdAt, resentFrom, status, reason, delivery, failure } = message;
  const events = eventsOf(attempts, message);
  const isGivenUp = status === 'failed' || status === 'unknown';
  // Not repeated here if the page already shows it for all attempts.
  const lastMeaning = isGivenUp || delivery || reason === 'failing' ? '' : failure && texts.failure(failure);
  const isOver = status === 'cancelled' || status === 'expired';
  const entries = history?.entries ?? [];
  const attemptItems = events.map((attempt) => ({
    at: attempt.at,
    item: (
      <AttemptItem
        key={`${attempt.at} ${attempt.ms}`}
        attempt={attempt}
        meaning={attempt === events.at(-1) && !isOver ? lastMeaning : null}
        texts={texts}
      />
    ),
  }));
  const entryItems = entries.toReversed().map((entry) => ({
    at: entry.at,
    item: <TimelineEntry key={entry.id} entry={entry} existing={history!.existing} words={words} />,
  }));
  const items = [...attemptItems, ...entryItems].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  // Its entry says who cancelled it.
  const isToldByEntry = status === 'cancelled' && entries.some(({ action }) => action === 'cancel');
  return (
    <Events aria-label={texts.t('timeline')}>
      <li>
        <OutcomeIcon kind="event" />
        {texts.t(resentFrom ? 'event_resent' : 'event_created')}
        <small>
          <When at={createdAt} locale={texts.locale} />
        </small>
      </li>
      {items.map(({ item }) => item)}
      {events.length === 0 && !isOver && !isGivenUp && (
        <li>
          <OutcomeIcon kind="event" />
          {texts.t('noAttempts')}
        </li>
      )}
      {isOver && !isToldByEntry && (
        <li>
          <OutcomeIcon kind="event" />
          {texts.t(`event_${status}`)}
        </li>
      )}
    </Events>
  );
}
