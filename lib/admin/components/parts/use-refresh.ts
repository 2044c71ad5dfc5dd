import { useEffect, useRef } from 'react';
import { recordAction, type RecordResponse } from '../model/api.js';
import { isMissing } from './MissingRecord.js';

const REFRESH_MS = 15_000;

/**
 * Reads a record again periodically while the page is visible: its status and its actions may change without this admin. Returns a
 * function that reads it now.
 */
export function useRefresh(resourceId: string, id: string | undefined, onRecord: (record: RecordResponse) => void): () => void {
  const latest = useRef(onRecord);
  latest.current = onRecord;
  const refresh = useRef<() => Promise<void>>();
  useEffect(() => {
    if (!id) return undefined;
    let isLeft = false;
    refresh.current = async () => {
      // If it fails, what is shown stays. A deletion is reported by the next action.
      const { record, notice } = await recordAction(resourceId, id, 'show').catch(() => ({ record: undefined, notice: undefined }));
      if (!isLeft && record && !isMissing(record) && notice?.type !== 'error') latest.current(record);
    };
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void refresh.current?.();
    }, REFRESH_MS);
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [resourceId, id]);
  return () => void refresh.current?.();
}
