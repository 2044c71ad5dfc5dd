import { EXPIRES_SOON_MS, type TlsFacts } from '../../../shared/certificates.js';
import type { TestStep } from '../../../shared/connection-test.js';
import { kindOf } from '../form/kinds/index.js';
import type { Draft } from './draft.js';

/** Returns the steps of a test of this draft, in order. */
export const plannedSteps = (draft: Pick<Draft, 'type' | 'security'>, auth: boolean): string[] => kindOf(draft.type).steps(draft, auth);

/** True if a step failed because of the server's certificate, which adding a private CA may fix. */
export const isCertificateProblem = ({ code, reason, field }: TestStep): boolean =>
  code === 'CERTIFICATE' && (!reason || field === 'caCertificate');

/** True if a certificate expires soon. */
export const expiresSoon = ({ expiresAt }: Pick<TlsFacts, 'expiresAt'>, now = Date.now()): boolean =>
  Date.parse(expiresAt) - now < EXPIRES_SOON_MS;

/** Returns the number of recipients that the server refused, of a test with several. */
export const refusedIn = ({ recipients = [] }: Pick<TestStep, 'recipients'>): number => recipients.filter(({ ok }) => !ok).length;

/** The state of a planned step: finished, running, waiting, or skipped after a failure. */
export type StepState = { name: string; state: 'done'; step: TestStep } | { name: string; state: 'running' | 'waiting' | 'skipped' };

/** Returns the steps of a test that is over. */
export const finishedSteps = (steps: TestStep[]): StepState[] => steps.map((step) => ({ name: step.name, state: 'done', step }));

export function stepStates(planned: string[], done: TestStep[], running: boolean): StepState[] {
  const names = [...planned, ...done.map((step) => step.name).filter((name) => !planned.includes(name))];
  const failed = done.some((step) => !step.ok);
  let next = running && !failed;
  return names.map((name) => {
    const step = done.find((candidate) => candidate.name === name);
    if (step) return { name, state: 'done', step };
    if (!running || failed) return { name, state: 'skipped' };
    const state = next ? 'running' : 'waiting';
    next = false;
    return { name, state };
  });
}
