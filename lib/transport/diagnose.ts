import type { ComposedMail } from '../message/compose.js';
import { buildMime } from '../message/mime.js';
import { MailError, type MailErrorCode } from '../smtp.errors.js';
import { SmtpClient } from './smtp-client.js';
import type { SmtpPhase, SmtpSettings } from './smtp-settings.js';

/** The steps of a test in the order they are reported: those of SMTP, or `token`, `mailbox` and `message` of Microsoft Graph. */
export type StepName = SmtpPhase | 'token' | 'mailbox';

/** One step of a test. */
export interface TestStep {
  name: StepName;
  ok: boolean;
  /** Milliseconds this step took by itself. */
  ms: number;
  /** What was found, or what went wrong: one short line. */
  detail?: string;
  /** What to change, in one sentence; only on a failed step. */
  hint?: string;
  /** The server's own words. */
  response?: string;
  /** Of a failed step. */
  code?: MailErrorCode;
}

/** The outcome of a test; after a failed step nothing follows. */
export interface TestReport {
  ok: boolean;
  steps: TestStep[];
}

/** What a test saw of the encryption, also when it did not accept the certificate. */
export interface SeenTls {
  /** E.g. `TLS 1.3`. */
  tlsVersion?: string;
  certificateUntil?: Date;
}

export interface DiagnoseOptions {
  /** Stop where the server asks for the message, and deliver nothing. @default false */
  checkOnly?: boolean;
  /** For the whole test. @default 15_000 */
  deadlineMs?: number;
  /** Called as each step ends. */
  onStep?(step: TestStep): void;
}

/** Sends one mail step by step, over a connection of its own, and tells how far it came. Never throws for what the server does. */
export async function diagnoseSmtp(
  settings: SmtpSettings,
  mail: ComposedMail,
  options: DiagnoseOptions = {},
): Promise<{ report: TestReport; error?: MailError; seen: SeenTls }> {
  const steps: TestStep[] = [];
  const add = (step: TestStep) => {
    steps.push(step);
    options.onStep?.(step);
  };
  const clock = stopwatch();
  const mime = await buildMime(mail, { keepBcc: false });
  let held: TestStep | undefined;
  const client = new SmtpClient(settings, {
    onPhase: (phase, words) => {
      const step: TestStep = { name: phase, ok: true, ms: clock(), ...describe(phase, words, mail) };
      // With SSL/TLS the handshake comes before the greeting; the report keeps one order for all.
      if (phase === 'tls' && settings.security === 'tls') {
        held = step;
        return;
      }
      add(step);
      if (held) add(held);
      held = undefined;
    },
  });
  client.limit(options.deadlineMs ?? 15_000);
  try {
    await client.connect();
    await client.login();
    if (options.checkOnly) {
      await client.probe(mail.envelope, mime.length);
      add({ name: 'message', ok: true, ms: clock(), detail: 'Nothing was sent.' });
    } else {
      await client.send(mail.envelope, mime);
    }
    return { report: { ok: true, steps }, seen: client.seenTls };
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    add(failedStep(failedName(error, client.phase), clock(), error));
    return { report: { ok: false, steps }, error, seen: client.seenTls };
  } finally {
    await client.quit();
  }
}

/** Milliseconds since it was last asked. */
export function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const ms = Math.round(now - last);
    last = now;
    return ms;
  };
}

function describe(phase: SmtpPhase, words: string, mail: ComposedMail): Pick<TestStep, 'detail' | 'response'> {
  switch (phase) {
    case 'dns':
    case 'tcp':
    case 'tls':
    case 'auth':
      return { detail: words };
    case 'greeting':
      return { detail: words.replace(/^220 /, ''), response: words };
    case 'sender':
      return { detail: mail.envelope.from, response: words };
    case 'recipient':
      return { detail: mail.envelope.to.join(', '), response: words };
    case 'message':
      return { detail: 'The server took the message.', response: words };
  }
}

/** The last step of a test that failed. */
export function failedStep(name: StepName, ms: number, { summary, remedy, response, code }: MailError): TestStep {
  return { name, ok: false, ms, detail: summary, hint: remedy, response, code };
}

/** A pipelined refusal is known only when the phase has moved on, so its code says more than the phase. */
function failedName(error: MailError, phase: SmtpPhase): StepName {
  switch (error.code) {
    case 'SENDER':
      return 'sender';
    case 'RECIPIENT':
      return 'recipient';
    case 'CONTENT':
    case 'AMBIGUOUS':
      return 'message';
    default:
      return phase;
  }
}
