import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useId, useState } from 'react';
import type { ExistingRecords } from '../../../shared/audit.js';
import { mutedTone } from '../parts/tones.js';
import Time from '../parts/Time.js';
import EntryDetails from './EntryDetails.js';
import EntrySentence from './EntrySentence.js';
import type { HistoryEntry } from './entry-values.js';
import { Details } from './layout.js';
import PersonName from './PersonName.js';
import type { HistoryTexts } from './use-history-texts.js';

const Item = styled.li`
  padding: ${themeGet('space', 'sm')} 0;
  & small {
    display: block;
    padding-left: ${themeGet('space', 'xl')};
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
    line-height: 1.45;
    overflow-wrap: anywhere;
  }
  & small > small {
    display: inline;
    padding: 0;
  }
`;

interface Props {
  entry: HistoryEntry;
  existing: ExistingRecords;
  words: HistoryTexts;
}

/** An entry on the page of its record. Its sentence shows and hides the details below it. */
export default function PanelEntry({ entry, existing, words }: Props): React.ReactElement {
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  return (
    <Item data-entry={entry.id} data-action={entry.action}>
      <EntrySentence entry={entry} words={words} detailsId={detailsId} isOpen={isOpen} isOnItsPage onToggle={() => setOpen(!isOpen)} />
      <small>
        {entry.at && (
          <>
            <Time at={entry.at} locale={words.texts.locale} /> ·{' '}
          </>
        )}
        <PersonName entry={entry} words={words} />
      </small>
      {isOpen && (
        <Details id={detailsId} $isNarrow>
          <EntryDetails entry={entry} existing={existing} words={words} isNarrow />
        </Details>
      )}
    </Item>
  );
}
