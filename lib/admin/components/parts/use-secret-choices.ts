import { useEffect, useState } from 'react';
import type { SecretChoice } from '../../../shared/secrets.js';
import { resourceAction, type ApiResponse } from '../model/api.js';

export interface SecretList {
  choices: SecretChoice[];
  hasMore: boolean;
  loading: boolean;
  /** The reason why the list is missing: the server's message, or a failed call. */
  problem?: string;
  failure?: unknown;
  reload: () => void;
}

const DELAY_MS = 250;
const LIMIT = 50;

/** Returns the secrets of a source that match the search. The previous list stays while loading. */
export function useSecretChoices(resourceId: string, source: string, search: string): SecretList {
  const [round, setRound] = useState(0);
  const [settled, setSettled] = useState<{ request: string; response?: ApiResponse; failure?: unknown }>({ request: '' });
  const request = JSON.stringify([source, search, round]);

  useEffect(() => {
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      const [from, text] = JSON.parse(request) as [string, string];
      try {
        const response = await resourceAction(resourceId, 'secretChoices', { source: from, search: text, limit: LIMIT }, abort.signal);
        if (!abort.signal.aborted) setSettled({ request, response });
      } catch (failure) {
        if (!abort.signal.aborted) setSettled({ request, failure });
      }
    };
    // The first list is loaded immediately, later ones after a pause in typing.
    const timer = setTimeout(() => void load(), search ? DELAY_MS : 0);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [resourceId, request, search]);

  const { response, failure } = settled;
  const words = response?.errors ? Object.values(response.errors).map(({ message = '' }) => message) : [];
  return {
    choices: response?.choices ?? [],
    hasMore: response?.hasMore ?? false,
    loading: settled.request !== request,
    problem: response?.problem ?? response?.notice?.message ?? (words.length ? words.join(' ') : undefined),
    failure,
    reload: () => setRound((count) => count + 1),
  };
}
