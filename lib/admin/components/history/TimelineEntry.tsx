import React from 'react';
import type { ExistingRecords } from '../../../shared/audit.js';
import OutcomeIcon from '../log/OutcomeIcon.js';
import When from '../log/When.js';
import { recordUrl } from '../parts/use-go.js';
import { sentenceOf } from './entry-sentence.js';
import type { HistoryEntry } from './entry-values.js';
import { LegibleLink } from './layout.js';
import PersonName from './PersonName.js';
import type { HistoryTexts } from './use-history-texts.js';

interface Props {
  entry: HistoryEntry;
  existing: ExistingRecords;
  words: HistoryTexts;
}

/** An entry of the change history in the timeline of a message. */
export default function TimelineEntry({ entry, existing, words }: Props): React.ReactElement {
  const { texts } = words;
  const resent = String(entry.details.resent);
  return (
    <li data-entry={entry.id} data-action={entry.action}>
      <OutcomeIcon kind="event" />
      {sentenceOf(entry, words, { isOnItsPage: true })}
      <small>
        {entry.at && (
          <>
            <When at={entry.at} locale={texts.locale} /> ·{' '}
          </>
        )}
        <PersonName entry={entry} words={words} />
        {Object.hasOwn(existing.message, resent) && (
          <>
            {' · '}
            <LegibleLink href={recordUrl('SmtpMessage', resent, 'show')}>{texts.button('openNewMessage')}</LegibleLink>
          </>
        )}
      </small>
    </li>
  );
}
