import type { ConfigTest } from '../../../shared/connection-test.js';
import type { Wire } from '../../../shared/wire.js';
import { type ApiResponse, CallError, recordAction } from '../model/api.js';
import { useResponse } from './use-response.js';

/** A test of a configuration as the browser gets it. */
export type PastTest = Wire<ConfigTest>;

/** The last tests of a configuration, the latest first; undefined until they are loaded. */
export interface LoadedTests {
  tests?: PastTest[];
  /** Null unless the last call failed. */
  failure: unknown;
  reload: () => void;
}

/** Loads the last tests of a configuration, again when `moment` changes. */
export function useTests(resourceId: string, configId: string, moment: string): LoadedTests {
  const { response, failure, reload } = useResponse(resourceId, { configId, moment }, undefined, readTests);
  return { tests: response?.tests, failure, reload };
}

async function readTests(resourceId: string, { configId }: Record<string, string>): Promise<ApiResponse> {
  const response = await recordAction(resourceId, configId!, 'tests');
  if (!response.tests) throw new CallError('server');
  return response;
}
