import React from 'react';
import Address from '../parts/Address.js';
import type { HistoryEntry } from './entry-values.js';
import type { HistoryTexts } from './use-history-texts.js';

interface Props {
  entry: Pick<HistoryEntry, 'caller' | 'person'>;
  words: HistoryTexts;
}

/** The person of an entry: an admin, the application, or the person that the application named. */
export default function PersonName({ entry: { caller, person }, words: { texts } }: Props): React.ReactElement {
  if (caller !== 'application') return <Address>{person ?? texts.t('unknownPerson')}</Address>;
  if (person === null) return <>{texts.t('application')}</>;
  return (
    <>
      <Address>{person}</Address> <small>{texts.t('byApplication')}</small>
    </>
  );
}
