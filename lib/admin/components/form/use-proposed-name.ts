import { useEffect, useRef } from 'react';
import { listRecords } from '../model/api.js';
import type { Draft } from '../model/draft.js';
import { freeName, suggestedName } from '../model/names.js';
import type { Change } from './use-config-form.js';

/** Waits for a pause in typing the host. */
const DELAY_MS = 400;

/**
 * Proposes a name for a new configuration from its provider or host, and another one when that changes, until the admin enters one.
 * Returns a function that proposes one again after the field was emptied.
 */
export function useProposedName(resourceId: string, isNew: boolean, draft: Draft, set: (change: Change) => void): () => void {
  const proposed = useRef('');
  const suggestion = isNew ? suggestedName(draft) : '';
  const isOpen = draft.name.trim() === '' || draft.name === proposed.current;
  const propose = async (signal?: AbortSignal): Promise<void> => {
    const list = await listRecords(resourceId, { perPage: '100', 'filters.name': suggestion }, signal);
    if (signal?.aborted) return;
    const name = freeName(suggestion, list.records?.map(({ params }) => String(params.name)) ?? []);
    set((now) => {
      if (now.name.trim() !== '' && now.name !== proposed.current) return {};
      proposed.current = name;
      return { name };
    });
  };
  const latest = useRef(propose);
  latest.current = propose;

  useEffect(() => {
    if (!suggestion || !isOpen || document.activeElement?.id === 'name') return undefined;
    const abort = new AbortController();
    // If the call fails, the admin enters a name.
    const timer = setTimeout(() => void latest.current(abort.signal).catch(() => undefined), DELAY_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [suggestion, isOpen]);

  return () => {
    if (suggestion && draft.name.trim() === '') propose().catch(() => undefined);
  };
}
