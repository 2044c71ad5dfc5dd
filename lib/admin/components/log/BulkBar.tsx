import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import { type BulkReport, sumReports } from '../../../shared/mail-log.js';
import { bulkAction, CallError } from '../model/api.js';
import Alert from '../parts/Alert.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';

/** The messages of one request: few enough to show progress. */
const CHUNK = 5;

interface Props {
  texts: Texts;
  resourceId: string;
  ids: string[];
  /** The number of messages that may already have been delivered. */
  uncertain: number;
  /** Called with the report, unless the retry was stopped. */
  onDone: (report?: BulkReport) => void;
  onClear: () => void;
}

/** Retries the selected messages and shows the progress. */
export default function BulkBar({ texts, resourceId, ids, uncertain, onDone, onClear }: Props): React.ReactElement {
  const addNotice = useNotice();
  const [done, setDone] = useState<number | null>(null);
  const [failure, setFailure] = useState('');
  const run = async (): Promise<void> => {
    const reports: BulkReport[] = [];
    let asked = 0;
    setFailure('');
    setDone(0);
    try {
      while (asked < ids.length) {
        const response = await bulkAction(resourceId, ids.slice(asked, asked + CHUNK), 'retryNow');
        if (!response.bulk) throw new CallError('server');
        reports.push(response.bulk);
        asked = Math.min(ids.length, asked + CHUNK);
        setDone(asked);
      }
      const report = sumReports(reports);
      const retried = ids.length - Object.values(report.notDone).reduce((sum, n) => sum + n, 0);
      addNotice({
        message: 'retriedMany',
        type: retried > 0 ? 'success' : 'error',
        resourceId,
        options: { done: retried, total: ids.length },
      });
      onClear();
      onDone(report);
    } catch (problem) {
      setFailure(`${texts.t('progressFailed', { done: asked, total: ids.length })} ${texts.problem(problem)}`);
      onDone();
    }
    setDone(null);
  };
  return (
    <div data-testid="bulk" style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center', marginTop: 16 }}>
      <SteadyButton type="button" size="sm" variant="contained" off={done !== null} onClick={() => void run()}>
        {texts.t('retrySelected', { count: ids.length })}
      </SteadyButton>
      <SteadyButton type="button" size="sm" variant="text" off={done !== null} onClick={onClear}>
        {texts.button('clearSelection')}
      </SteadyButton>
      {uncertain > 0 && done === null && (
        <span role="status">
          <span aria-hidden="true">▲ </span>
          {texts.t(uncertain === 1 ? 'retryUncertainOne' : 'retryUncertain', { count: uncertain })}
        </span>
      )}
      {done !== null && (
        <>
          <progress max={ids.length} value={done} aria-hidden="true" />
          <span role="status">{texts.t('progress', { done, total: ids.length })}</span>
        </>
      )}
      {failure && <Alert tone="error">{failure}</Alert>}
    </div>
  );
}
