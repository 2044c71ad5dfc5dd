import { useNotice } from 'adminjs';
import { useEffect, useRef, useState } from 'react';
import { type BulkReport, countChanged, type MessageAction, sumCounts } from '../../../shared/mail-log.js';
import type { ApiResponse } from '../model/api.js';
import { BulkStopped, type BulkTarget, runBulk } from '../model/bulk.js';
import { refusal } from '../parts/refusal.js';
import type { Texts } from '../parts/use-texts.js';

/** The notice after each action. */
export const DONE_NOTICES: Record<MessageAction, string> = {
  retryNow: 'retriedMany',
  move: 'movedMany',
  resend: 'resentMany',
  cancel: 'cancelledMany',
};

interface Options {
  texts: Texts;
  resourceId: string;
  /** Returns the messages of an action. */
  targetOf: (action: MessageAction) => BulkTarget;
  /** Called with what was done, also if the action ended early. */
  onDone: (action: MessageAction, report: BulkReport, isComplete: boolean) => void;
}

/** Runs an action on several messages with progress. */
export function useBulk({ texts, resourceId, targetOf, onDone }: Options) {
  const addNotice = useNotice();
  const [progress, setProgress] = useState<{ action: MessageAction; done: number; total: number } | null>(null);
  const [failure, setFailure] = useState('');
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const run = async (action: MessageAction, total: number, to?: string): Promise<void> => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setFailure('');
    setProgress({ action, done: 0, total });
    try {
      const onProgress = (done: number): void => setProgress({ action, done, total });
      const report = await runBulk({ resourceId, action, target: targetOf(action), total, to, onProgress, signal });
      const done = countChanged(report);
      const type = done > 0 ? 'success' : 'error';
      const options = { done, total: done + sumCounts(report.notDone) };
      addNotice({ message: DONE_NOTICES[action], type, resourceId, options });
      onDone(action, report, true);
    } catch (error) {
      if (!(error instanceof BulkStopped)) throw error;
      const { done, report, reason } = error;
      setFailure([texts.t(`stopped_${action}`, { done, total }), reason === undefined ? '' : explain(reason, texts)].join(' ').trim());
      onDone(action, report, false);
    }
    setProgress(null);
  };
  return { run, progress, failure, forgetFailure: () => setFailure(''), stop: () => controller.current?.abort() };
}

function explain(reason: unknown, texts: Texts): string {
  const { notice, errors } = reason as ApiResponse;
  if (errors?.to) return texts.error('to', errors.to);
  return notice ? refusal(reason as ApiResponse, texts) : texts.problem(reason);
}
