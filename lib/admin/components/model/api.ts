import { ApiClient, type ActionJSON } from 'adminjs';
import type { FieldErrors, Notice } from '../../../shared/admin-answers.js';
import type { CertificateFacts, ServerChain } from '../../../shared/certificates.js';
import type { TestStep } from '../../../shared/connection-test.js';
import type { FailingConfig, MailLogCounts, MailPreview, RetryReport } from '../../../shared/mail-log.js';
import type { MailOverview } from '../../../shared/mail-overview.js';
import type { SecretChoice } from '../../../shared/secrets.js';
import type { ConfigUsage, DetectedSecurity } from '../../../shared/smtp-config.js';
import type { Wire } from '../../../shared/wire.js';
import { collectTest, jsonLines, type TestEnd } from './test-stream.js';
import type { Params } from './types.js';

/** The reason why a call returned nothing usable; each has a text `problem_…`. */
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
    /** From the mail log: where counting ends, counts by status, failing configurations, and whether this admin may change anything. */
    countLimit?: number;
    counts?: MailLogCounts;
    failing?: Wire<FailingConfig>[];
    canManage?: boolean;
  };
  /** Everything that depends on a configuration. */
  usage?: ConfigUsage;
  overview?: Wire<MailOverview>;
  /** From the overview: whether this admin may change anything. */
  canManage?: boolean;
  preview?: MailPreview;
  /** The new message that sends another one again. */
  resent?: RecordAnswer;
  /** The result of retrying several messages. */
  retry?: RetryReport;
  notice?: Notice;
  errors?: FieldErrors;
  /** Certificates in words, of a text or of what a server presents. */
  certificates?: CertificateFacts[];
  chain?: ServerChain;
  detected?: DetectedSecurity;
  /** The reason why nothing was detected or fetched, as a step of a test. */
  failed?: TestStep;
  /** From a secret source: a page of its list, whether there are more, and the reason when there is no list. */
  choices?: SecretChoice[];
  hasMore?: boolean;
  problem?: string;
  /** The result of reading a secret. */
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
async function runTest(path: string, data: unknown, onStep: (step: TestStep) => void, signal: AbortSignal): Promise<TestEnd> {
  const response = await call(path, data, { accept: 'application/x-ndjson', signal });
  try {
    if (response.body && response.headers.get('content-type')?.includes('ndjson'))
      return await collectTest(jsonLines(chunks(response.body)), onStep);
    const answer = (await response.json()) as TestEnd;
    answer.report?.steps.forEach(onStep);
    return answer;
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
