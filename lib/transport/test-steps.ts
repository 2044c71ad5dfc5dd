import type { StepName, TestStep } from '../shared/connection-test.js';
import type { MailError } from '../shared/mail-error.js';
import { remedyTarget } from './failures/diagnoses.js';

/** The deadline of a whole test, in which the deadline of each step applies as well. */
export const TEST_DEADLINE_MS = 60_000;

/** Options of a test of any kind of configuration. */
export interface DiagnoseOptions {
  /** Stops before the message and resets sender and recipient: nothing is delivered. @default false */
  checkOnly?: boolean;
  /** Deadline of the whole test; a configuration for slow servers multiplies it. @default {@link TEST_DEADLINE_MS} */
  deadlineMs?: number;
  /** Aborts the test and its connection. */
  signal?: AbortSignal;
  /** Called as each step ends. */
  onStep?(step: TestStep): void;
}

/** Makes a function that returns the milliseconds since its last call. */
export function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const ms = Math.round(now - last);
    last = now;
    return ms;
  };
}

/** Returns the last step of a failed test. */
export function failedStep(name: StepName, ms: number, { summary, remedy, reply, code, reason, values = {} }: MailError): TestStep {
  return { name, ok: false, ms, detail: summary, hint: remedy, reply, code, reason, values, ...remedyTarget(reason, values) };
}
