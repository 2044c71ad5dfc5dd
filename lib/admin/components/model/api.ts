import { ApiClient, type ActionJSON } from 'adminjs';
import type { FieldErrors, Notice } from '../../../shared/admin-responses.js';
import type { HistoryPage } from '../../../shared/audit.js';
import type { CertificateFacts, ServerChain } from '../../../shared/certificates.js';
import type { ConfigTest, TestStep } from '../../../shared/connection-test.js';
import type { MailLogCounts } from '../../../shared/mail-counts.js';
import type { BulkReport, FailingConfig, MessageAction } from '../../../shared/mail-log.js';
import type { MailLogDetails, MailPreview } from '../../../shared/message-details.js';
import type { MailOverview } from '../../../shared/mail-overview.js';
import type { SecretChoice } from '../../../shared/secrets.js';
import type { ConfigUsage, DetectedSecurity } from '../../../shared/smtp-config.js';
import type { Wire } from '../../../shared/wire.js';
import { collectTest, jsonLines, type TestEnd } from './test-stream.js';
import type { Params } from './types.js';

/** The reason why a call returned nothing usable; each has a text `problem_…`. */
export type Problem = 'session' | 'network' | 'server';

/** A call that failed completely. Includes the end of the session, so that no input is lost to a redirect. */
export class CallError extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
  }
}

export interface RecordResponse {
  id: string;
  params: Params;
  errors?: FieldErrors;
  baseError?: { message: string; type?: string } | null;
  recordActions?: ActionJSON[];
}

export interface ApiResponse {
  record?: RecordResponse;
  records?: RecordResponse[];
  meta?: {
    total: number;
    perPage: number;
    page: number;
    hasDefault?: boolean;
    defaultConfig?: { id: string; name: string; enabled: boolean } | null;
    configured?: number;
    /** From the mail log: the limit of counting, counts by status, failing configurations, and the permission to make changes. */
    countLimit?: number;
    counts?: Wire<MailLogCounts>;
    failing?: Wire<FailingConfig>[];
    canManage?: boolean;
  };
  /** Everything that depends on a configuration. */
  usage?: ConfigUsage;
  /** The last tests of a configuration, the latest first. */
  tests?: Wire<ConfigTest>[];
  overview?: Wire<MailOverview>;
  /** From the overview: how old it is. */
  ageMs?: number;
  /** A page of the change history. */
  history?: Wire<HistoryPage>;
  /** From the overview: the permission to make changes. */
  canManage?: boolean;
  preview?: MailPreview;
  details?: MailLogDetails;
  /** The new message that resends another one. */
  resent?: RecordResponse;
  /** The result of an action on several messages. */
  bulk?: BulkReport;
  /** The messages that match a filter: a page of ids, or the number that allow each action at a time. */
  ids?: string[];
  counts?: Record<MessageAction, number>;
  at?: string;
  notice?: Notice;
  errors?: FieldErrors;
  /** Descriptions of certificates, from a text or from a server. */
  certificates?: CertificateFacts[];
  chain?: ServerChain;
  detected?: DetectedSecurity;
  /** The reason why nothing was detected or fetched, in the form of a test step. */
  failed?: TestStep;
  /** From a secret source: a page of its list, whether there are more, and the reason if the list is missing. */
  choices?: SecretChoice[];
  hasMore?: boolean;
  problem?: string;
  /** The result of checking a secret. */
  readable?: boolean;
  reason?: string;
  message?: string;
  /** For a secret that may not be used: the code of the problem and the values of its text. */
  code?: string;
  values?: Record<string, string>;
  redirectUrl?: string;
}

async function call(path: string, data?: unknown, options: { accept?: string; signal?: AbortSignal } = {}): Promise<Response> {
  const response = await fetch(`${ApiClient.getBaseUrl()}/api/resources/${path}`, {
    method: data === undefined ? 'GET' : 'POST',
    credentials: 'same-origin',
    headers: { Accept: options.accept ?? 'application/json', ...(data === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: data === undefined ? undefined : JSON.stringify(data),
    signal: options.signal,
  }).catch((error: unknown) => {
    throw options.signal?.aborted ? error : new CallError('network');
  });
  // AdminJS responds to a call without a session with its sign-in page.
  if (response.redirected || response.status === 401 || response.headers.get('content-type')?.includes('text/html')) {
    throw new CallError(response.status >= 500 ? 'server' : 'session');
  }
  if (!response.ok) throw new CallError('server');
  return response;
}

const json = async (response: Promise<Response>): Promise<ApiResponse> => (await response).json() as Promise<ApiResponse>;

/** Calls an action of a resource: with POST if there is data, otherwise with GET. */
export const resourceAction = (resourceId: string, action: string, data?: unknown, signal?: AbortSignal): Promise<ApiResponse> =>
  json(call(`${resourceId}/actions/${action}`, data, { signal }));

/** Calls an action of a record: with POST if there is data, otherwise with GET. */
export const recordAction = (resourceId: string, recordId: string, action: string, data?: unknown): Promise<ApiResponse> =>
  json(call(`${resourceId}/records/${encodeURIComponent(recordId)}/${action}`, data));

/** Calls an action on several records. */
export const bulkAction = (resourceId: string, recordIds: string[], action: string, data: unknown = {}): Promise<ApiResponse> =>
  json(call(`${resourceId}/bulk/${action}?${new URLSearchParams({ recordIds: recordIds.join(',') })}`, data));

/** Reads which messages a filter matches: the number that allow each action, or with `action` their ids. */
export const matchingMessages = (resourceId: string, query: Record<string, string>, signal?: AbortSignal): Promise<ApiResponse> =>
  json(call(`${resourceId}/actions/matching?${new URLSearchParams(query)}`, undefined, { signal }));

/** Loads a page of a list. */
export const listRecords = (resourceId: string, query: Record<string, string>, signal?: AbortSignal): Promise<ApiResponse> =>
  json(call(`${resourceId}/actions/list?${new URLSearchParams(query)}`, undefined, { signal }));

/** A file, or the response that says why there is none. */
export type Downloaded = { file: Blob; filename: string; isCut: boolean; count: number } | { refused: ApiResponse };

/** Loads a file from an action. @throws CallError if the response is neither a file nor a refusal */
export async function downloadFile(path: string, data: unknown): Promise<Downloaded> {
  const response = await fetch(`${ApiClient.getBaseUrl()}/api/resources/${path}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(data),
  }).catch(() => {
    throw new CallError('network');
  });
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  if (response.ok && name !== undefined) {
    // The connection may break before the end.
    const file = await response.blob().catch(() => {
      throw new CallError('network');
    });
    const count = Number(response.headers.get('x-smtp-messages') ?? 0);
    return { file, filename: decodeURIComponent(name), isCut: response.headers.has('x-smtp-cut'), count };
  }
  if (response.redirected || response.status === 401) throw new CallError('session');
  if (!response.headers.get('content-type')?.includes('json')) throw new CallError('server');
  return { refused: (await response.json()) as ApiResponse };
}

async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** Loads the overview. */
export const readOverview = (resourceId: string, query: Record<string, string>, signal?: AbortSignal): Promise<ApiResponse> =>
  json(call(`${resourceId}/actions/read?${new URLSearchParams(query)}`, undefined, { signal }));

/** Runs a connection test and reports each step as it finishes. Also accepts a response in one piece. */
async function runTest(path: string, data: unknown, onStep: (step: TestStep) => void, signal: AbortSignal): Promise<TestEnd> {
  const response = await call(path, data, { accept: 'application/x-ndjson', signal });
  try {
    if (response.body && response.headers.get('content-type')?.includes('ndjson'))
      return await collectTest(jsonLines(chunks(response.body)), onStep);
    const end = (await response.json()) as TestEnd;
    end.report?.steps.forEach(onStep);
    return end;
  } catch (error) {
    throw signal.aborted ? error : new CallError('network');
  }
}

export const testDraft = (resourceId: string, data: unknown, onStep: (step: TestStep) => void, signal: AbortSignal): Promise<TestEnd> =>
  runTest(`${resourceId}/actions/testDraft`, data, onStep, signal);

export const testRecord = (
  resourceId: string,
  recordId: string,
  data: unknown,
  onStep: (step: TestStep) => void,
  signal: AbortSignal,
): Promise<TestEnd> => runTest(`${resourceId}/records/${encodeURIComponent(recordId)}/test`, data, onStep, signal);
