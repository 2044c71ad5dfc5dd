import { useEffect, useRef, useState } from 'react';
import { CallError, listRecords, type ApiResponse } from '../model/api.js';

interface Settled {
  request: string;
  response: ApiResponse | null;
  failure: unknown;
}

/**
 * Loads a list, and reloads it when the query changes. The previous result stays while loading and after a failure. `extra` returns
 * additional parameters for each call; `ask` loads something other than a list and must not change.
 */
export function useResponse(
  resourceId: string,
  query: Record<string, string>,
  extra?: () => Record<string, string>,
  ask = listRecords,
): { response: ApiResponse | null; failure: unknown; loading: boolean; reload: () => void } {
  const [round, setRound] = useState(0);
  const [settled, setSettled] = useState<Settled>({ request: '', response: null, failure: null });
  const request = JSON.stringify([resourceId, query, round]);
  const extras = useRef(extra);
  extras.current = extra;

  useEffect(() => {
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      const [id, params] = JSON.parse(request) as [string, Record<string, string>];
      try {
        const response = await ask(id, { ...params, ...extras.current?.() }, abort.signal);
        if (response.notice?.type === 'error') throw new CallError('server');
        if (!abort.signal.aborted) setSettled({ request, response, failure: null });
      } catch (failure) {
        if (!abort.signal.aborted) setSettled((before) => ({ request, response: before.response, failure }));
      }
    };
    void load();
    return () => abort.abort();
  }, [request, ask]);

  const { response, failure } = settled;
  return { response, failure, loading: settled.request !== request, reload: () => setRound((count) => count + 1) };
}
