import { useEffect, useState } from 'react';
import type { ConfigTest } from '../../../shared/connection-test.js';
import type { Wire } from '../../../shared/wire.js';
import { recordAction } from '../model/api.js';

/** A test of a configuration as the browser gets it. */
export type PastTest = Wire<ConfigTest>;

/** The last tests of a configuration, the latest first; undefined until they are loaded. */
export interface LoadedTests {
  tests?: PastTest[];
  failed: boolean;
  reload: () => void;
}

/** Loads the last tests of a configuration, again when `moment` changes. */
export function useTests(resourceId: string, configId: string, moment: unknown): LoadedTests {
  const [round, setRound] = useState(0);
  const [tests, setTests] = useState<PastTest[] | 'failed'>();
  useEffect(() => {
    let isLeft = false;
    recordAction(resourceId, configId, 'tests').then(
      (response) => !isLeft && setTests(response.tests ?? 'failed'),
      () => !isLeft && setTests('failed'),
    );
    return () => {
      isLeft = true;
    };
  }, [resourceId, configId, moment, round]);
  return {
    tests: tests === 'failed' ? undefined : tests,
    failed: tests === 'failed',
    reload: () => setRound((count) => count + 1),
  };
}
