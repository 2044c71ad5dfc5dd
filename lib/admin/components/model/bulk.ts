import { type BulkReport, type MessageAction, sumReports } from '../../../shared/mail-log.js';
import { bulkAction, CallError, matchingMessages } from './api.js';

/** The messages of an action: selected ones, or all that match the filters of a query until a time. */
export type BulkTarget = { ids: string[] } | { query: Record<string, string>; at: string; counts: Record<MessageAction, number> };

interface Run {
  resourceId: string;
  action: MessageAction;
  target: BulkTarget;
  /** The number of messages that allow the action. */
  total: number;
  /** The configuration to move to. */
  to?: string;
  onProgress: (done: number) => void;
  signal: AbortSignal;
}

/** An action that ended early: the server refused it, a call failed or it was stopped. Includes what was done until then. */
export class BulkStopped extends Error {
  constructor(
    readonly report: BulkReport,
    readonly done: number,
    /** The server's refusal (an ApiResponse) or the error of the call; undefined if it was stopped. */
    readonly reason: unknown,
  ) {
    super('stopped');
  }
}

/** The messages of one request: few enough to show progress, at most what fits into a URL. */
const chunkSize = (total: number): number => Math.min(50, Math.max(5, Math.ceil(total / 50)));

/** Runs an action on many messages, chunk by chunk. @throws BulkStopped */
export async function runBulk({ resourceId, action, target, total, to, onProgress, signal }: Run): Promise<BulkReport> {
  const reports: BulkReport[] = [];
  let done = 0;
  try {
    for await (const ids of chunksOf(resourceId, action, target, chunkSize(total), signal)) {
      const response = await bulkAction(resourceId, ids, action, { to });
      if (!response.bulk) throw new BulkStopped(sumReports(reports), done, response.notice ? response : new CallError('server'));
      reports.push(response.bulk);
      done += ids.length;
      onProgress(done);
      if (signal.aborted) throw new BulkStopped(sumReports(reports), done, undefined);
    }
  } catch (error) {
    throw error instanceof BulkStopped ? error : new BulkStopped(sumReports(reports), done, signal.aborted ? undefined : error);
  }
  return sumReports(reports);
}

async function* chunksOf(
  resourceId: string,
  action: MessageAction,
  target: BulkTarget,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  if ('ids' in target) yield* slices(target.ids, size);
  else {
    for (let after = ''; ;) {
      const { ids } = await matchingMessages(resourceId, { ...until(target), action, ...(after && { after }) }, signal);
      if (!ids) throw new CallError('server');
      const last = ids.at(-1);
      if (last === undefined) return;
      yield* slices(ids, size);
      after = last;
    }
  }
}

/** Returns the query without messages that were queued later, such as those that a resend creates. */
function until({ query, at }: Extract<BulkTarget, { at: string }>): Record<string, string> {
  const end = query['filters.createdAt~~to'];
  return { ...query, 'filters.createdAt~~to': end !== undefined && end < at ? end : at };
}

function* slices(ids: readonly string[], size: number): Generator<string[]> {
  for (let start = 0; start < ids.length; start += size) yield ids.slice(start, start + size);
}
