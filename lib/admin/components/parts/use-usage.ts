import type { ConfigUsage } from '../../../shared/smtp-config.js';
import { type ApiResponse, CallError, recordAction } from '../model/api.js';
import { useResponse } from './use-response.js';

/** The use of a configuration. */
export interface LoadedUsage {
  /** Null until it is loaded, and after a failure. */
  usage: ConfigUsage | null;
  /** Null unless the last call failed. */
  failure: unknown;
}

/** Loads everything that depends on a configuration, again when `moment` changes. Without an ID, nothing is loaded. */
export function useUsage(resourceId: string, id: string | undefined, moment: unknown): LoadedUsage {
  const { response, failure } = useResponse(resourceId, { id: id ?? '', moment: String(moment) }, undefined, readUsage);
  // A count that may be outdated must not decide about a deletion.
  return { usage: failure === null ? (response?.usage ?? null) : null, failure };
}

async function readUsage(resourceId: string, { id }: Record<string, string>): Promise<ApiResponse> {
  if (!id) return {};
  const response = await recordAction(resourceId, id, 'usage');
  if (!response.usage) throw new CallError('server');
  return response;
}
