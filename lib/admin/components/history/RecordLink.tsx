import { Link } from '@adminjs/design-system';
import React from 'react';
import type { ExistingRecords } from '../../../shared/audit.js';
import { subjectOf } from '../log/subject.js';
import { listUrl, recordUrl } from '../parts/use-go.js';
import { type HistoryEntry, recordNameOf } from './entry-values.js';
import type { HistoryTexts } from './use-history-texts.js';

/** The page of a record. An email type has none that every admin may open. */
const URLS: Record<string, (id: string) => string> = {
  config: (id) => recordUrl('SmtpConfig', id, 'show'),
  message: (id) => recordUrl('SmtpMessage', id, 'show'),
  activity: () => listUrl('SmtpActivity'),
};

interface Props {
  entry: Pick<HistoryEntry, 'record' | 'recordName'>;
  existing: ExistingRecords;
  words: HistoryTexts;
}

/** The record of an entry: a link under its current name, or its name at that time if it no longer exists. */
export default function RecordLink({ entry, existing, words }: Props): React.ReactElement {
  const { record } = entry;
  const { texts } = words;
  const name = currentName(record, existing);
  if (!record) return <></>;
  const type = Object.hasOwn(URLS, record.type) ? texts.label(`record_${record.type}`) : record.type;
  if (name === undefined)
    return (
      <>
        {entry.recordName === null ? type : recordNameOf(entry, words)}
        <small>
          {entry.recordName !== null && `${type}, `}
          {texts.t('deletedRecord')}
        </small>
      </>
    );
  const shown =
    record.type === 'message'
      ? subjectOf({ sensitive: name === null, subject: name }, words.message)
      : recordNameOf({ record, recordName: name }, words);
  return (
    <>
      <Link href={URLS[record.type]!(record.id)} title={shown}>
        {shown}
      </Link>
      <small>{type}</small>
    </>
  );
}

/** Returns the current name of a record; null for a hidden subject, undefined if the record no longer exists. */
function currentName(record: HistoryEntry['record'], existing: ExistingRecords): string | null | undefined {
  const names = record && Object.hasOwn(existing, record.type) ? existing[record.type] : {};
  return record && Object.hasOwn(names, record.id) ? names[record.id] : undefined;
}
