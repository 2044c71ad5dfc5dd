import { ApiClient, type ActionJSON } from 'adminjs';
import type { CertificateFacts, ServerChain } from './certificates.js';
import { collectTest, jsonLines, type TestAnswer } from './test-stream.js';
import type { FailingConfig, Preview, RetryReport } from './message.js';
import type { Overview } from './overview.js';
import type { SecretChoice } from './secret.js';
import type { FieldErrors, Notice, Params, Step } from './types.js';
import type { Usage } from './usage.js';

/** Why a call brought no usable answer; each has a text `problem_…`. */
export type Problem = 'session' | 'network' | 'server';

/** A call that failed as a whole. The session's end is one of them, so that nothing typed is lost to a redirect. */
export class CallError extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
  }
}

export interface RecordAnswer {
  id: string;
  params: Params;
  errors?: FieldErrors;
  baseError?: { message: string; type?: string } | null;
  recordActions?: ActionJSON[];
}

export interface Answer {
  record?: RecordAnswer;
  records?: RecordAnswer[];
  meta?: {
    total: number;
    perPage: number;
    page: number;
    hasDefault?: boolean;
    defaultConfig?: { id: string; name: string; enabled: boolean } | null;
    configured?: number;
    /** Of the mail log: where counting ends, how many there are by status, what is failing, and whether one may change anything. */
    countLimit?: number;
    counts?: Record<string, number>;
    failing?: FailingConfig[];
    canManage?: boolean;
  };
  /** What depends on a configuration. */
  usage?: Usage;
  overview?: Overview;
  /** Of the overview: whether one may change anything. */
  canManage?: boolean;
  preview?: Preview;
  /** The new message that sends another one again. */
  resent?: RecordAnswer;
  /** What came of retrying several messages. */
  retry?: RetryReport;
  notice?: Notice;
  errors?: FieldErrors;
  /** Certificates in words, of a text or of what a server presents. */
  certificates?: CertificateFacts[];
  chain?: ServerChain;
  detected?: { security: string; port: number; detail?: string };
  /** Why nothing was detected or fetched, as a test would put it. */
  failed?: Step;
  /** Of a source's list: the page, whether there are more, and why there is none. */
  choices?: SecretChoice[];
  hasMore?: boolean;
  problem?: string;
  /** Whether a secret can be read, or why not. */
  readable?: boolean;
  reason?: string;
  message?: string;
  /** Of a secret that may not be used: the problem's code and what its text names. */
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
  // AdminJS answers a call without a session with its sign-in page.
  if (response.redirected || response.status === 401 || response.headers.get('content-type')?.includes('text/html')) {
    throw new CallError(response.status >= 500 ? 'server' : 'session');
  }
  if (!response.ok) throw new CallError('server');
  return response;
}

const json = async (response: Promise<Response>): Promise<Answer> => (await response).json() as Promise<Answer>;

/** An action of a resource: POST with data, else GET. */
export const resourceAction = (resourceId: string, action: string, data?: unknown, signal?: AbortSignal): Promise<Answer> =>
  json(call(`${resourceId}/actions/${action}`, data, { signal }));

/** An action of a record: POST with data, else GET. */
export const recordAction = (resourceId: string, recordId: string, action: string, data?: unknown): Promise<Answer> =>
  json(call(`${resourceId}/records/${encodeURIComponent(recordId)}/${action}`, data));

/** An action on several records at once. */
export const bulkAction = (resourceId: string, recordIds: string[], action: string): Promise<Answer> =>
  json(call(`${resourceId}/bulk/${action}?${new URLSearchParams({ recordIds: recordIds.join(',') })}`, {}));

/** A page of a list. */
export const listRecords = (resourceId: string, query: Record<string, string>, signal?: AbortSignal): Promise<Answer> =>
  json(call(`${resourceId}/actions/list?${new URLSearchParams(query)}`, undefined, { signal }));

async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** The overview, by a query as a list takes it. */
export const readOverview = (resourceId: string, query: Record<string, string>, signal?: AbortSignal): Promise<Answer> =>
  json(call(`${resourceId}/actions/read?${new URLSearchParams(query)}`, undefined, { signal }));

/** Runs a connection test, telling each step as it finishes; an answer in one piece works as well. */
async function runTest(path: string, data: unknown, onStep: (step: Step) => void, signal: AbortSignal): Promise<TestAnswer> {
  const response = await call(path, data, { accept: 'application/x-ndjson', signal });
  try {
    if (response.body && response.headers.get('content-type')?.includes('ndjson'))
      return await collectTest(jsonLines(chunks(response.body)), onStep);
    const answer = (await response.json()) as TestAnswer;
    answer.report?.steps.forEach(onStep);
    return answer;
  } catch (error) {
    throw signal.aborted ? error : new CallError('network');
  }
}

export const testDraft = (resourceId: string, data: unknown, onStep: (step: Step) => void, signal: AbortSignal): Promise<TestAnswer> =>
  runTest(`${resourceId}/actions/testDraft`, data, onStep, signal);

export const testRecord = (
  resourceId: string,
  recordId: string,
  data: unknown,
  onStep: (step: Step) => void,
  signal: AbortSignal,
): Promise<TestAnswer> => runTest(`${resourceId}/records/${encodeURIComponent(recordId)}/test`, data, onStep, signal);
