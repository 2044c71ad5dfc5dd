import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import type { AuditEvent } from '../audit/audit-event.js';
import { type AskedFor, AuditTrail } from '../audit/audit-trail.js';
import { compose } from '../message/compose.js';
import { GENERAL_ACTIVITY, checkMessage } from '../message/check-message.js';
import { MailError, validationError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { isPlainAddress } from '../message/mailbox.js';
import { type SeenTls, TEST_DEADLINE_MS, type TestReport, type TestStep, failedStep } from '../transport/smtp/diagnose.js';
import { targetOf } from './config-changes.js';
import type { Candidate } from './smtp-config.input.js';
import { type Secrets, SmtpConfigSecrets } from './smtp-config.secrets.js';
import type { StoredConfig } from './smtp-config.queries.js';
import { SmtpConfigWriter } from './smtp-config.writer.js';
import { SmtpSender } from './smtp-sender.js';
import { TestLimits } from './test-limits.js';

export interface TestOptions {
  /** Who gets the test mail. */
  to: string;
  /** Goes through all steps, but delivers nothing. @default false */
  checkOnly?: boolean;
  /** Called with each step as it finishes. */
  onStep?: (step: TestStep) => void;
  /** Ends the test and its connection at once; the call then rejects with the signal's reason, and its outcome is not kept. */
  signal?: AbortSignal;
}

/** A test under way: what of its one deadline was used before it came here. */
export interface RunningTest extends TestOptions, AskedFor {
  /** As `performance.now()` says it. */
  startedAt: number;
}

interface TestOutcome {
  report: TestReport;
  error?: MailError;
  seen?: SeenTls;
}

const MAX_ERROR = 1_000;

/** Tests configurations step by step with a real mail. */
@Injectable()
export class SmtpConfigTester {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly writer: SmtpConfigWriter,
    private readonly secrets: SmtpConfigSecrets,
    private readonly sender: SmtpSender,
    private readonly trail: AuditTrail,
    private readonly limits: TestLimits,
  ) {}

  async testStored(config: StoredConfig, test: RunningTest): Promise<TestReport> {
    const event = { by: test.by, action: 'test', record: { type: 'config', id: config.id, name: config.name } } as const;
    const keep = async ({ report, error, seen }: TestOutcome, entry: AuditEvent): Promise<void> => {
      const status = {
        configId: config.id,
        lastTestStatus: report.ok ? ('ok' as const) : ('failed' as const),
        lastTestAt: new Date(),
        lastTestMs: Math.round(performance.now() - test.startedAt),
        lastTestError: error ? error.message.slice(0, MAX_ERROR) : null,
        ...seen,
      };
      await this.writer.saveStatus(status, config.version, { event: entry, manager: test.manager });
    };
    return this.run(config, () => this.secrets.open(config), test, event, keep);
  }

  /** `saved` is the configuration that the draft is a change of. */
  async testDraft(candidate: Candidate, saved: StoredConfig | null, open: () => Promise<Secrets>, test: RunningTest): Promise<TestReport> {
    const record = saved ? ({ type: 'config', id: saved.id, name: saved.name } as const) : undefined;
    return this.run(candidate, open, test, { by: test.by, action: 'test_draft', record });
  }

  private async run(
    config: Candidate | StoredConfig,
    open: () => Promise<Secrets>,
    test: RunningTest,
    event: AuditEvent,
    store?: (outcome: TestOutcome, event: AuditEvent) => Promise<void>,
  ): Promise<TestReport> {
    const { to, checkOnly = false, signal, manager } = test;
    if (!isPlainAddress(to)) throw validationError({ to: { code: 'email', message: 'Enter one e-mail address for the test mail.' } });
    if (typeof checkOnly !== 'boolean') throw validationError({ checkOnly: { code: 'not_a_boolean', message: 'This must be yes or no.' } });
    const { report } = await this.limits.run(test.by, () =>
      this.trail.attempt({
        event: { ...event, details: { ...targetOf(config), to, checkOnly } },
        work: () => this.diagnose(config, open, test),
        outcome: (outcome) => endOf(outcome.report),
        store,
        signal,
        manager,
      }),
    );
    return report;
  }

  private async diagnose(
    config: Candidate | StoredConfig,
    open: () => Promise<Secrets>,
    { to, checkOnly, onStep, signal, startedAt }: RunningTest,
  ): Promise<TestOutcome> {
    try {
      this.sender.assertAllowed(config);
      const message = checkMessage({ to, ...this.testMail(config) }, new Set([GENERAL_ACTIVITY]));
      // A test goes to the one who asked for it and to nobody else.
      const mail = compose(message, { ...config, copyActivities: [] }, { isSensitive: false });
      const secrets = await open();
      const deadlineMs = Math.max(TEST_DEADLINE_MS - (performance.now() - startedAt), 0);
      return await this.sender.diagnose(config, secrets, mail, { checkOnly, onStep, signal, deadlineMs });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof MailError)) throw error;
      const step = failedStep(error.phase === 'tls' ? 'tls' : config.type === 'ms_graph' ? 'token' : 'auth', 0, error);
      onStep?.(step);
      return { report: { ok: false, steps: [step] }, error };
    }
  }

  private testMail(config: Candidate | StoredConfig): { subject: string; text: string } {
    const { appName } = this.options;
    return {
      subject: `${appName} Email Configuration Test`,
      text: [
        `This is a test mail from ${appName}. It arrived, so the email configuration works.`,
        '',
        `Configuration: ${config.name}`,
        ...(config.type === 'ms_graph' ? this.graphFacts(config) : smtpFacts(config)),
        `Sent by: ${hostname()}, ${new Date().toISOString()}`,
      ].join('\n'),
    };
  }

  private graphFacts({ graphCloud, username }: Candidate | StoredConfig): string[] {
    const cloud = this.options.graph.clouds.get(graphCloud ?? '');
    return [`Type: Microsoft Graph, ${cloud?.label ?? graphCloud}`, `Mailbox: ${username}`];
  }
}

/** How a test ended, for the change history. */
function endOf({ ok, steps }: TestReport): Record<string, string | boolean | undefined> {
  const failed = steps.find((step) => !step.ok);
  return { ok, step: failed?.name, code: failed?.code, reason: failed?.cause };
}

function smtpFacts({ host, port, security, username, authMethod }: Candidate | StoredConfig): string[] {
  const words = { starttls: 'STARTTLS', tls: 'SSL/TLS', none: 'no encryption' }[security!];
  const login = authMethod === 'oauth2' ? `${username} (OAuth2)` : username;
  return ['Type: SMTP server', `Host name: ${host}`, `Port: ${port}`, `Security: ${words}`, `User name: ${login ?? '(no authentication)'}`];
}
