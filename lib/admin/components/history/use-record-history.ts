import { useEffect, useRef } from 'react';
import type { SmtpAuditRecord } from '../../../shared/audit.js';
import { listUrl } from '../parts/use-go.js';
import { useResponse } from '../parts/use-response.js';

const RESOURCE = 'SmtpAudit';
const LATEST = 10;

/** Returns the latest entries about a record, reloaded when `trigger` changes. */
export function useRecordHistory({ type, id }: SmtpAuditRecord, trigger: string) {
  const { response, failure, loading, reload } = useResponse(RESOURCE, {
    perPage: String(LATEST),
    'filters.recordType': type,
    'filters.record': id,
  });
  const loadedFor = useRef(trigger);
  useEffect(() => {
    if (loadedFor.current === trigger) return;
    loadedFor.current = trigger;
    reload();
    // The function is new on each render, but equivalent.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [trigger]);
  return { page: response?.history, failure, loading, reload };
}

export type RecordHistory = ReturnType<typeof useRecordHistory>;

/** The URL of the change history, filtered by a record. */
export const historyUrl = ({ type, id }: SmtpAuditRecord): string =>
  `${listUrl(RESOURCE)}?${new URLSearchParams({ 'filters.recordType': type, 'filters.record': id })}`;
