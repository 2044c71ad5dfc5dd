import { Inject, Injectable } from '@nestjs/common';
import { type AuditEvent, personOf } from '../audit/audit-event.js';
import { limitSize } from '../audit/bounded.js';
import { type AuditedRequest, AuditTrail } from '../audit/audit-trail.js';
import { compose } from '../message/compose.js';
import { GENERAL_ACTIVITY, checkMessage } from '../message/check-message.js';
import { MailError, validationError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { isPlainAddress } from '../message/mailbox.js';
import type { TestReport, TestStep } from '../shared/connection-test.js';
import { TEST_DEADLINE_MS, failedStep } from '../transport/test-steps.js';
import { uuid7 } from '../database/uuid7.js';
import { targetOf } from './config-changes.js';
import type { ConfigSettings } from '../shared/config-fields.js';
import type { Secrets, TestOutcome } from './kinds/kind.js';
import { findKind } from './kinds/kinds.js';
import type { CheckedConfig } from './smtp-config.checker.js';
import { SmtpConfigSecrets } from './smtp-config.secrets.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { type FinishedTest, SmtpConfigTests } from './smtp-config.tests.js';
import { SmtpSender } from './smtp-sender.js';
import { testMail } from './test-mail.js';
import type { TestMailTexts } from './test-mail-texts.js';
import { draftFingerprint, storedFingerprint } from './test-fingerprint.js';
import { TestLimits } from './test-limits.js';

export interface TestOptions {
  /** The recipient of the test email, or up to ten. All are recipients of one message. */
  to: string | readonly string[];
  /** Runs the steps up to the message and delivers nothing. @default false */
  checkOnly?: boolean;
  /** The texts of the test email. @default English */
  texts?: TestMailTexts;
  /** Called with each step as it finishes. */
  onStep?: (step: TestStep) => void;
  /** Aborts the test and its connection. The call then rejects with the signal's reason, and its outcome is not stored. */
  signal?: AbortSignal;
}

/** A test in progress. The time since its start counts towards its deadline. */
export interface RunningTest extends TestOptions, AuditedRequest {
  /** The name of the configuration for the test email; not checked. */
  name?: unknown;
  /** The start time, by `performance.now()`. */
  startedAt: number;
}

const MAX_ERROR = 1_000;
const MAX_RECIPIENTS = 10;

/** Tests configurations step by step with a real mail. */
@Injectable()
export class SmtpConfigTester {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly tests: SmtpConfigTests,
    private readonly secrets: SmtpConfigSecrets,
    private readonly sender: SmtpSender,
    private readonly trail: AuditTrail,
    private readonly limits: TestLimits,
  ) {}

  /** Tests a stored configuration. */
  async testStored(config: SmtpConfig, test: RunningTest): Promise<TestReport> {
    const event = { by: test.by, action: 'test', record: recordOf(config) } as const;
    return this.run(
      config,
      () => this.secrets.open(config),
      test,
      event,
      (finished, entry) => this.tests.recordStored(config, finished, entry, test.manager),
    );
  }

  /** Tests the values of a form; `saved` is the configuration that it edits. */
  async testDraft({ candidate, plans }: CheckedConfig, saved: SmtpConfig | null, test: RunningTest): Promise<TestReport> {
    const { keyRing } = this.options;
    const fingerprint = draftFingerprint(candidate, plans, keyRing);
    // A form may be tested without a change to the connection.
    const isSaved = saved !== null && fingerprint === storedFingerprint(saved, keyRing);
    const event = { by: test.by, action: 'test_draft', record: saved ? recordOf(saved) : undefined } as const;
    return this.run(
      candidate,
      () => this.secrets.values(plans),
      test,
      event,
      (finished, entry) =>
        isSaved
          ? this.tests.recordStored(saved, finished, entry, test.manager)
          : this.tests.recordDraft(fingerprint, finished, entry, test.manager),
    );
  }

  private async run(
    config: ConfigSettings | SmtpConfig,
    open: () => Promise<Secrets>,
    test: RunningTest,
    event: AuditEvent,
    store: (test: FinishedTest, event: AuditEvent) => Promise<void>,
  ): Promise<TestReport> {
    const { checkOnly = false, signal, manager } = test;
    const to = recipientsOf(test.to);
    if (typeof checkOnly !== 'boolean') throw validationError({ checkOnly: { code: 'not_a_boolean', message: 'This must be yes or no.' } });
    const { report } = await this.limits.run(test.by, () =>
      this.trail.attempt({
        event: { ...event, details: { ...targetOf(config), to: to.join(', '), checkOnly } },
        work: () => this.diagnose(config, open, to, test),
        outcome: (outcome) => endOf(outcome.report),
        store: (outcome, entry) => store(finishedTest(outcome, to, test), entry),
        signal,
        manager,
      }),
    );
    return report;
  }

  private async diagnose(
    config: ConfigSettings | SmtpConfig,
    open: () => Promise<Secrets>,
    to: string[],
    { checkOnly, onStep, signal, startedAt, name, texts }: RunningTest,
  ): Promise<TestOutcome> {
    try {
      this.sender.assertAllowed(config);
      const message = checkMessage({ to, ...testMail(config, this.options, { name, texts }) }, new Set([GENERAL_ACTIVITY]));
      // A test is sent to the given recipients only.
      const mail = compose(message, { ...config, copyActivities: [] }, { isSensitive: false });
      const secrets = await open();
      const deadlineMs = Math.max(TEST_DEADLINE_MS - (performance.now() - startedAt), 0);
      return await this.sender.diagnose(config, secrets, mail, { checkOnly, onStep, signal, deadlineMs });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof MailError)) throw error;
      const step = failedStep(error.phase === 'tls' ? 'tls' : (findKind(config.type)?.loginStep ?? 'auth'), 0, error);
      onStep?.(step);
      return { report: { ok: false, steps: [step] }, error };
    }
  }
}

function recordOf({ id, name }: SmtpConfig): { type: 'config'; id: string; name: string } {
  return { type: 'config', id, name };
}

/** Checks the recipients of a test, and leaves out repeated ones. @throws MailError `VALIDATION` */
function recipientsOf(to: unknown): string[] {
  const list = [...new Set(Array.isArray(to) ? (to as unknown[]).slice(0, MAX_RECIPIENTS + 1) : [to])];
  if (list.length > MAX_RECIPIENTS)
    throw validationError({ to: { code: 'too_many', message: `Enter at most ${MAX_RECIPIENTS} email addresses for the test email.` } });
  if (list.length === 0 || !list.every(isPlainAddress))
    throw validationError({ to: { code: 'email', message: 'Enter email addresses for the test email.' } });
  return list;
}

/** Returns the record of a test. */
function finishedTest(
  { report, error, seen }: TestOutcome,
  recipients: string[],
  { by, checkOnly = false, startedAt }: RunningTest,
): FinishedTest {
  return {
    id: uuid7(),
    ok: report.ok,
    checkOnly,
    ms: Math.round(performance.now() - startedAt),
    recipients,
    steps: limitSize(report.steps),
    error: error ? error.message.slice(0, MAX_ERROR) : null,
    tlsVersion: seen?.tlsVersion ?? null,
    certificateExpiresAt: seen?.certificateExpiresAt ?? null,
    person: personOf(by),
  };
}

/** Describes the end of a test for the change history. */
function endOf({ ok, steps }: TestReport): Record<string, string | boolean | undefined> {
  const failed = steps.find((step) => !step.ok);
  return { ok, step: failed?.name, code: failed?.code, reason: failed?.reason };
}
