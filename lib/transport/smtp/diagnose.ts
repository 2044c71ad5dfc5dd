import type { ComposedMail } from '../../message/compose.js';
import { buildMime } from '../../message/mime.js';
import { MailError, type MailErrorCode } from '../../shared/mail-error.js';
import { remedyTarget, type CauseValues } from '../failures/causes.js';
import type { TlsFacts } from '../tls/certificate-facts.js';
import { found } from '../failures/found.js';
import { SmtpClient } from './smtp-client.js';
import type { AuthFacts } from './smtp-login.js';
import type { SmtpPhase, SmtpSecurity, SmtpSettings } from './smtp-settings.js';

/** For one test, from the first question to the last answer. */
export const TEST_DEADLINE_MS = 15_000;

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
  /** What exactly went wrong, by a key that stays, e.g. `cert_expired`; of a failed step. */
  cause?: string;
  /** What was found, by a key that stays, where `detail` is a sentence. */
  found?: string;
  /** What the sentences of that cause or finding name, e.g. `host`; dates are ISO 8601. */
  values?: CauseValues;
  /** The field of the configuration in which it is mended. */
  field?: string;
  /** Another way to the server that probably works. */
  offer?: { security: SmtpSecurity; port: number };
  /** About the encryption, of the step `tls`. */
  tls?: Partial<TlsFacts>;
  /** How one can log in, of the step `auth`. */
  auth?: AuthFacts;
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
  certificateExpiresAt?: Date;
}

export interface DiagnoseOptions {
  /** Stop before the message and take sender and recipient back: nothing is delivered. @default false */
  checkOnly?: boolean;
  /** For the whole test. @default {@link TEST_DEADLINE_MS} */
  deadlineMs?: number;
  /** Ends the test, and its connection, at once. */
  signal?: AbortSignal;
  /** Called as each step ends. */
  onStep?(step: TestStep): void;
}

/** Sends one mail step by step, over a connection of its own, and tells how far it came. Never throws for what the server does, only the reason of its `signal`. */
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
      const step: TestStep = { name: phase, ok: true, ms: clock(), ...describe(phase, words, mail, settings), ...factsOf(client, phase) };
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
  client.limit(options.deadlineMs ?? TEST_DEADLINE_MS);
  const stop = () => client.close();
  options.signal?.addEventListener('abort', stop);
  try {
    options.signal?.throwIfAborted();
    await client.connect();
    await client.login();
    if (options.checkOnly) {
      await client.check(mail.envelope, mime.length);
      add({ name: 'message', ok: true, ms: clock(), ...found('nothing_sent') });
    } else {
      await client.send(mail.envelope, mime);
    }
    return { report: { ok: true, steps }, seen: client.seenTls };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof MailError)) throw error;
    const name = failedName(error, client.phase);
    add({ ...failedStep(name, clock(), error), ...factsOf(client, name) });
    return { report: { ok: false, steps }, error, seen: client.seenTls };
  } finally {
    options.signal?.removeEventListener('abort', stop);
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

function describe(
  phase: SmtpPhase,
  words: string,
  mail: ComposedMail,
  { auth }: SmtpSettings,
): Pick<TestStep, 'detail' | 'response' | 'found' | 'values'> {
  switch (phase) {
    case 'dns':
    case 'tcp':
    case 'tls':
      return { detail: words };
    case 'auth':
      return found('logged_in', { username: auth?.username ?? '' });
    case 'greeting':
      return { detail: words.replace(/^220 /, ''), response: words };
    case 'sender':
      return { detail: mail.envelope.from, response: words };
    case 'recipient':
      return { detail: mail.envelope.to.join(', '), response: words };
    case 'message':
      return { ...found('taken'), response: words };
  }
}

function factsOf(client: SmtpClient, step: StepName): Pick<TestStep, 'tls' | 'auth'> {
  if (step === 'tls') return { tls: client.tlsFacts() };
  return step === 'auth' ? { auth: client.authFacts() } : {};
}

/** The last step of a test that failed. */
export function failedStep(name: StepName, ms: number, { summary, remedy, response, code, reason, values = {} }: MailError): TestStep {
  return { name, ok: false, ms, detail: summary, hint: remedy, response, code, cause: reason, values, ...remedyTarget(reason, values) };
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
