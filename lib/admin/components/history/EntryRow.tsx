import React, { useId, useState } from 'react';
import type { ExistingRecords } from '../../../shared/audit.js';
import { Cell, Row } from '../list/table.js';
import Address from '../parts/Address.js';
import Time from '../parts/Time.js';
import EntryDetails from './EntryDetails.js';
import EntrySentence from './EntrySentence.js';
import type { HistoryEntry } from './entry-values.js';
import { Details } from './layout.js';
import PersonName from './PersonName.js';
import RecordLink from './RecordLink.js';
import type { HistoryTexts } from './use-history-texts.js';

interface Props {
  entry: HistoryEntry;
  existing: ExistingRecords;
  words: HistoryTexts;
}

/** The columns of the list. */
export const COLUMNS = ['at', 'person', 'what', 'record', 'address'] as const;

/** One entry of the list. Its sentence shows and hides the details below it. */
export default function EntryRow({ entry, existing, words }: Props): React.ReactElement {
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const { texts } = words;
  return (
    <>
      <Row data-entry={entry.id} data-action={entry.action}>
        <Cell className="at">{entry.at && <Time at={entry.at} locale={texts.locale} />}</Cell>
        <Cell className="person">
          <PersonName entry={entry} words={words} />
        </Cell>
        <Cell className="what">
          <EntrySentence entry={entry} words={words} detailsId={detailsId} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
        </Cell>
        <Cell className={entry.record ? 'record' : 'record none'}>
          <RecordLink entry={entry} existing={existing} words={words} />
        </Cell>
        <Cell className="address">{entry.address !== null && <Address>{entry.address}</Address>}</Cell>
      </Row>
      {isOpen && (
        <Row className="details" id={detailsId}>
          <Cell colSpan={COLUMNS.length}>
            <Details>
              <EntryDetails entry={entry} existing={existing} words={words} />
            </Details>
          </Cell>
        </Row>
      )}
    </>
  );
}
