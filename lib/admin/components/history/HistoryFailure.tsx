import React from 'react';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';
import type { RecordHistory } from './use-record-history.js';

/** A note that the entries about a record could not be loaded. The rest of its page is not affected. */
export default function HistoryFailure({ history, texts }: { history: RecordHistory; texts: Texts }): React.ReactElement {
  return (
    <p role="status" data-testid="history-failed">
      {texts.t('panelFailed')} {texts.problem(history.failure)}{' '}
      <Button type="button" size="sm" variant="text" onClick={history.reload}>
        {texts.button('retry')}
      </Button>
    </p>
  );
}
