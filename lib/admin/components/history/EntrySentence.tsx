import React from 'react';
import { resultOf } from './entry-result.js';
import { sentenceOf } from './entry-sentence.js';
import type { HistoryEntry } from './entry-values.js';
import { Sentence } from './layout.js';
import ResultMark from './ResultMark.js';
import type { HistoryTexts } from './use-history-texts.js';

interface Props {
  entry: HistoryEntry;
  words: HistoryTexts;
  /** The id of the details that the sentence shows and hides. */
  detailsId: string;
  isOpen: boolean;
  /** True on the page of the entry's record. */
  isOnItsPage?: boolean;
  onToggle: () => void;
}

/** The sentence of an entry with its result. Pressing it shows and hides the details. */
export default function EntrySentence({ entry, words, detailsId, isOpen, isOnItsPage, onToggle }: Props): React.ReactElement {
  const result = resultOf(entry, words);
  return (
    <>
      <Sentence type="button" data-sentence aria-expanded={isOpen} aria-controls={isOpen ? detailsId : undefined} onClick={onToggle}>
        <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
        {sentenceOf(entry, words, { isOnItsPage })}
      </Sentence>
      {result && <ResultMark result={result} />}
    </>
  );
}
