import { useEffect, useRef } from 'react';
import { recordAction, type RecordResponse } from '../model/api.js';
import { isMissing } from './MissingRecord.js';

const REFRESH_MS = 15_000;

/** Reads a record again periodically while the page is visible: its status and its actions may change without this admin. */
export function useRefresh(resourceId: string, id: string | undefined, onRecord: (record: RecordResponse) => void): void {
  const latest = useRef(onRecord);
  latest.current = onRecord;
  useEffect(() => {
    if (!id) return undefined;
    let isLeft = false;
    const refresh = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      // If it fails, what is shown stays. A deletion is reported by the next action.
      const { record, notice } = await recordAction(resourceId, id, 'show').catch(() => ({ record: undefined, notice: undefined }));
      if (!isLeft && record && !isMissing(record) && notice?.type !== 'error') latest.current(record);
    };
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [resourceId, id]);
}
