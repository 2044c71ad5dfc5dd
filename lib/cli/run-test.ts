import { hostname } from 'node:os';
import { checkMessage, GENERAL_ACTIVITY } from '../message/check-message.js';
import { compose, type ComposedMail } from '../message/compose.js';
import { resolveEgress } from '../options/egress.js';
import { MailError } from '../shared/mail-error.js';
import { diagnosedError } from '../transport/failures/diagnoses.js';
import { detectSecurity } from '../transport/smtp/detect.js';
import { diagnoseSmtp } from '../transport/smtp/diagnose.js';
import { failedStep } from '../transport/test-steps.js';
import type { TestCall } from './arguments.js';
import type { TestReport, TestStep } from '../shared/connection-test.js';

/**
 * The rules without options, because the user of the command can connect from this machine anyway. Reserved addresses are refused
 * here, too.
 */
const egress = resolveEgress();

interface TestRun {
  password?: string;
  onDetected: (detail: string) => void;
  onStep: (step: TestStep) => void;
  signal: AbortSignal;
}

/** Runs the test with the engine of the admin panel. @throws the reason of the signal, and nothing else */
export async function runTest(call: TestCall, { password = '', onDetected, onStep, signal }: TestRun): Promise<TestReport> {
  const { host, ca, user, checkOnly } = call;
  const deadline = performance.now() + call.deadlineMs;
  const left = (): number => Math.max(deadline - performance.now(), 0);
  try {
    const { security, port } = await findConnection(call, left(), signal, onDetected);
    const auth = user === undefined ? undefined : { username: user, password };
    const settings = { sender: call.from, host, port, security, egress, ca, ownCa: ca, auth, maxConnections: 1 };
    const { report } = await diagnoseSmtp(settings, testMail(call), { checkOnly, onStep, signal, deadlineMs: left() });
    return report;
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    // Detection found nothing.
    const step = failedStep('tls', 0, error);
    onStep(step);
    return { ok: false, steps: [step] };
  }
}

async function findConnection(
  { host, port, security, ca, user, from }: TestCall,
  deadlineMs: number,
  signal: AbortSignal,
  onDetected: (detail: string) => void,
) {
  if (security !== 'auto') return { security, port: port! };
  const detected = await detectSecurity({ sender: from, host, port, ca, egress }, { deadlineMs, signal });
  onDetected(`${detected.security} on port ${detected.port}: ${detected.detail}`);
  // A server whose encryption was stripped in transit looks the same, so no password is sent.
  if (detected.security === 'none' && user !== undefined) throw diagnosedError('plaintext_login', { host, port: detected.port });
  return detected;
}

function testMail({ from, to, host }: TestCall): ComposedMail {
  const subject = 'Email Configuration Test';
  const text = `This is a test email. It arrived, so ${hostname()} can send mail through ${host}.\n\nSent at: ${new Date().toISOString()}`;
  const message = checkMessage({ to, from, subject, text }, new Set([GENERAL_ACTIVITY]));
  const sender = { fromName: null, fromAddress: from, username: null, replyTo: null, signature: null, cc: [], bcc: [], copyActivities: [] };
  return compose(message, sender, { isSensitive: false });
}
