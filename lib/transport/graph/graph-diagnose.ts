import type { ComposedMail } from '../../message/compose.js';
import { MailError } from '../../shared/mail-error.js';
import { failedStep, stopwatch, TEST_DEADLINE_MS, type DiagnoseOptions } from '../test-steps.js';
import { finding } from '../failures/findings.js';
import { GraphClient } from './graph-client.js';
import { deliverByGraph } from './graph-delivery.js';
import { attemptOf, toGraphError } from '../failures/graph-failure.js';
import { mailboxPath, type GraphSettings } from './graph-settings.js';
import type { StepName, TestReport, TestStep } from '../../shared/connection-test.js';

/** Signs in, sends one mail, and reports each step. Failures at Microsoft are reported, never thrown. */
export async function diagnoseGraph(
  settings: GraphSettings,
  mail: ComposedMail,
  options: DiagnoseOptions = {},
): Promise<{ report: TestReport; error?: MailError }> {
  const steps: TestStep[] = [];
  const add = (step: TestStep): void => {
    steps.push(step);
    options.onStep?.(step);
  };
  const clock = stopwatch();
  const client = new GraphClient(settings);
  const cut = () => client.abort();
  const timer = setTimeout(cut, options.deadlineMs ?? TEST_DEADLINE_MS);
  options.signal?.addEventListener('abort', cut);
  const { mailbox, cloud, tenantId } = settings;
  try {
    options.signal?.throwIfAborted();
    await client.signIn();
    add({ name: 'token', ok: true, ms: clock(), ...finding('signed_in', { host: cloud.authority, tenant: tenantId }) });
    if (options.checkOnly) {
      const reply = await checkMailbox(client, settings, mail);
      add({ name: 'mailbox', ok: true, ms: clock(), detail: mailbox, reply });
      add({ name: 'message', ok: true, ms: 0, ...finding('nothing_sent') });
    } else {
      const { reply } = await deliverByGraph(client, settings, mail);
      add({ name: 'mailbox', ok: true, ms: clock(), detail: mailbox });
      add({ name: 'message', ok: true, ms: 0, ...finding('graph_accepted'), reply });
    }
    return { report: { ok: true, steps } };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof MailError)) throw error;
    const name = stepOf(error, options);
    if (name === 'message') add({ name: 'mailbox', ok: true, ms: clock(), detail: mailbox });
    add(failedStep(name, clock(), error));
    return { report: { ok: false, steps }, error };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cut);
  }
}

/**
 * Asks Graph to send a mail without recipients. With Mail.Send alone, this is the best check of a mailbox: if the app may send as
 * it, Graph refuses the message (400) instead of the app.
 */
async function checkMailbox(client: GraphClient, settings: GraphSettings, mail: ComposedMail): Promise<string> {
  const body = { message: { subject: mail.subject, body: { contentType: 'Text', content: '' }, toRecipients: [] }, saveToSentItems: false };
  const response = await client.ask({ method: 'post', path: `${mailboxPath(settings)}/sendMail`, body });
  if (response.status !== 400 && response.status !== 202) throw toGraphError(response, attemptOf(settings, mail, false));
  return response.words;
}

/** Returns the step that failed. A check never gets as far as the message. */
function stepOf({ phase }: MailError, { checkOnly }: DiagnoseOptions): StepName {
  if (phase === 'token') return phase;
  return phase === 'mailbox' || checkOnly ? 'mailbox' : 'message';
}
