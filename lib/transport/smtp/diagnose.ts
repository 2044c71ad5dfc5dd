import type { ComposedMail } from '../../message/compose.js';
import { buildMime } from '../../message/mime.js';
import { MailError } from '../../shared/mail-error.js';
import { finding } from '../failures/findings.js';
import { type DiagnoseOptions, failedStep, stopwatch, TEST_DEADLINE_MS } from '../test-steps.js';
import { SmtpSession } from './smtp-session.js';
import type { SmtpSettings } from './smtp-settings.js';
import type { SmtpPhase, StepName, TestReport, TestStep } from '../../shared/connection-test.js';

/** The encryption that a test saw, even if the certificate was not accepted. */
export interface ObservedTls {
  /** E.g. `TLS 1.3`. */
  tlsVersion?: string;
  certificateExpiresAt?: Date;
}

/**
 * Sends one mail step by step, over a connection of its own, and reports each step. Failures of the server are reported, never
 * thrown. @throws the reason of `signal`
 */
export async function diagnoseSmtp(
  settings: SmtpSettings,
  mail: ComposedMail,
  options: DiagnoseOptions = {},
): Promise<{ report: TestReport; error?: MailError; seen: ObservedTls }> {
  const steps: TestStep[] = [];
  const add = (step: TestStep) => {
    steps.push(step);
    options.onStep?.(step);
  };
  const clock = stopwatch();
  const mime = await buildMime(mail, { keepBcc: false });
  let held: TestStep | undefined;
  const client = new SmtpSession(settings, {
    onPhase: (phase, words) => {
      const step: TestStep = {
        name: phase,
        ok: true,
        ms: clock(),
        ...describe(phase, words, mail, settings),
        ...factsOf(client, phase, mail),
      };
      // With SSL/TLS the handshake precedes the greeting; the report always has the same order.
      if (phase === 'tls' && settings.security === 'tls') {
        held = step;
        return;
      }
      add(step);
      if (held) add(held);
      held = undefined;
    },
  });
  client.limit((options.deadlineMs ?? TEST_DEADLINE_MS) * (settings.timeoutScale ?? 1));
  const stop = () => client.close();
  options.signal?.addEventListener('abort', stop);
  try {
    options.signal?.throwIfAborted();
    await client.connect();
    await client.login();
    if (options.checkOnly) {
      await client.check(mail.envelope, mime.length);
      add({ name: 'message', ok: true, ms: clock(), ...finding('nothing_sent') });
    } else {
      await client.send(mail.envelope, mime);
    }
    return { report: { ok: true, steps }, seen: client.seenTls };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof MailError)) throw error;
    const name = failedName(error, client.phase);
    add({ ...failedStep(name, clock(), error), ...factsOf(client, name, mail) });
    return { report: { ok: false, steps }, error, seen: client.seenTls };
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await client.quit();
  }
}

function describe(
  phase: SmtpPhase,
  words: string,
  mail: ComposedMail,
  { auth }: SmtpSettings,
): Pick<TestStep, 'detail' | 'reply' | 'found' | 'values'> {
  switch (phase) {
    case 'dns':
    case 'tcp':
    case 'tls':
      return { detail: words };
    case 'auth':
      return finding('logged_in', { username: auth?.username ?? '' });
    case 'greeting':
      return { detail: words.replace(/^220 /, ''), reply: words };
    case 'sender':
      return { detail: mail.envelope.from, reply: words };
    case 'recipient':
      return { detail: mail.envelope.to.join(', '), reply: words };
    case 'message':
      return { ...finding('accepted'), reply: words };
  }
}

function factsOf(
  client: SmtpSession,
  step: StepName,
  { envelope }: ComposedMail,
): Pick<TestStep, 'tls' | 'auth' | 'recipients' | 'detail' | 'found' | 'values'> {
  if (step === 'tls') return { tls: client.tlsFacts() };
  if (step === 'auth') return { auth: client.authFacts() };
  if (step !== 'recipient' || envelope.to.length === 1) return {};
  const recipients = client.recipientFacts();
  const accepted = recipients.filter(({ ok }) => ok).length;
  const isPartial = accepted > 0 && accepted < recipients.length;
  return { recipients, ...(isPartial && finding('recipients_partly', { accepted, count: recipients.length })) };
}

/** Returns the step that failed: that of a refused command, because its reply arrives after the phase has moved on. */
function failedName({ code, phase: refused }: MailError, phase: SmtpPhase): StepName {
  if (code === 'CONTENT' || code === 'AMBIGUOUS') return 'message';
  return refused === 'sender' || refused === 'recipient' || refused === 'message' ? refused : phase;
}
