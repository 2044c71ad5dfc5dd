import type { Draft } from './draft.js';
import type { Step, TlsFacts } from './types.js';

const GRAPH = ['token', 'mailbox', 'message'];
const SMTP = ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message'];

/** The steps a test of this draft will take, in order. */
export const plannedSteps = ({ type, security }: Pick<Draft, 'type' | 'security'>, auth: boolean): string[] =>
  type === 'ms_graph' ? GRAPH : SMTP.filter((name) => (name !== 'tls' || security !== 'none') && (name !== 'auth' || auth));

/** Whether a step failed at the server's certificate, which a private CA may help. */
export const isCertificateProblem = ({ code, cause, field }: Step): boolean =>
  code === 'CERTIFICATE' && (!cause || field === 'caCertificate');

const SOON_MS = 30 * 86_400_000;

/** Whether a certificate ends within 30 days. */
export const endsSoon = ({ expiresAt }: Pick<TlsFacts, 'expiresAt'>, now = Date.now()): boolean => Date.parse(expiresAt) - now < SOON_MS;

/** A planned step with what is known of it: finished, under way, or not begun (never reached, once something failed). */
export type StepState = { name: string; state: 'done'; step: Step } | { name: string; state: 'running' | 'waiting' | 'skipped' };

export function stepStates(planned: string[], done: Step[], running: boolean): StepState[] {
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
