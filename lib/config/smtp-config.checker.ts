import { Inject, Injectable } from '@nestjs/common';
import { type AskedFor, AuditTrail } from '../audit/audit-trail.js';
import { type FieldProblem, MailError, validationError } from '../shared/mail-error.js';
import { MAX_ACTIVITIES, SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { causeError } from '../transport/failures/causes.js';
import { detectSecurity } from '../transport/smtp/detect.js';
import type { SmtpSecurity } from '../transport/smtp/smtp-settings.js';
import { policyProblems } from './connection-policy.js';
import { SECRET_COLUMNS, usesEntra } from './destination.js';
import { SmtpActivityService } from './smtp-activity.service.js';
import { type Candidate, type SmtpConfigInput, blankCandidate, mergeInput, unknownFields } from './smtp-config.input.js';
import { isShortList, problemsOf } from './smtp-config.rules.js';
import { type SecretPlans, SmtpConfigSecrets, areAccepted } from './smtp-config.secrets.js';
import type { StoredConfig } from './smtp-config.queries.js';
import { SmtpConfigStore } from './smtp-config.store.js';
import { SmtpSender } from './smtp-sender.js';
import { ONLY_ONE, SINGLE_NAME } from './single-config.js';
import { TestLimits } from './test-limits.js';

/** Which server to ask. Without a port the usual ones are tried. */
export interface DetectionTarget {
  host: string;
  port?: number;
  caCertificate?: string | null;
}

/** What detection found out. */
export interface DetectedSecurity {
  security: SmtpSecurity;
  port: number;
  /** One sentence for people. */
  detail: string;
}

/** A configuration that passed every rule, and what becomes of its secrets. */
export interface CheckedConfig {
  candidate: Candidate;
  plans: SecretPlans;
}

/** Which configuration is checked: a new one (`stored` is null), a saved one, or a draft that is only tested. */
interface CheckedAbout extends AskedFor {
  id: string;
  stored: StoredConfig | null;
  isDraft?: boolean;
  /** Ends what is asked of the server. */
  signal?: AbortSignal;
}

const NOT_ENCRYPTED: FieldProblem = {
  code: 'not_encrypted',
  message: 'The server offers no encryption. Choose "No encryption" yourself if that is what you want.',
};
export const NAME_TAKEN: FieldProblem = { code: 'name_taken', message: 'Another configuration has this name.' };

const EGRESS_REFUSED = {
  host: 'This application may not connect to this address (option "egress" of SmtpModule).',
  port: 'This application may not connect to this port (option "egress" of SmtpModule).',
};

/** Checks what would be stored or tested against the rules, the options, the activities and the other configurations. */
@Injectable()
export class SmtpConfigChecker {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly store: SmtpConfigStore,
    private readonly secrets: SmtpConfigSecrets,
    private readonly activities: SmtpActivityService,
    private readonly sender: SmtpSender,
    private readonly trail: AuditTrail,
    private readonly limits: TestLimits,
  ) {}

  /** Lays the input over the base. @throws MailError `VALIDATION` with all problems at once */
  async check(base: Candidate, given: SmtpConfigInput, about: CheckedAbout): Promise<CheckedConfig> {
    if (given === null || typeof given !== 'object') {
      throw validationError({ name: { code: 'required', message: 'Give the fields of a configuration.' } });
    }
    const isDetected = given.security === 'auto' && (given.type ?? base.type) === 'generic';
    const input = isDetected ? await this.withDetected(base, given, about) : given;
    const candidate = this.withCloud(this.merged(base, input));
    const problems = {
      ...unknownFields(input),
      ...policyProblems(candidate, this.options),
      ...this.egressProblem(candidate),
      ...problemsOf(candidate),
      ...this.copyProblems(candidate, about.stored),
      ...this.singleProblems(candidate),
    };
    if (!about.isDraft && !problems.name) Object.assign(problems, await this.nameProblem(candidate.name, about));
    // An unreadable CA has no canonical form, so nothing can be said about the password yet.
    if (problems.caCertificate) throw validationError(problems);
    const plans = this.secrets.plans({ ...candidate, id: about.id }, input, about.stored);
    for (const column of SECRET_COLUMNS) {
      const plan = plans[column];
      const storing = about.isDraft ? undefined : this.secrets.storingProblem(plan);
      if (storing) problems[column] = storing;
      if (plan.kind === 'refused') problems[plan.field] = plan.problem;
    }
    if (!areAccepted(plans) || Object.keys(problems).length > 0) throw validationError(problems);
    return { candidate, plans };
  }

  /** Asks the server. @throws MailError `VALIDATION`, or what went wrong on the way there */
  async detect(
    { host, port, caCertificate }: DetectionTarget,
    { by, signal, manager }: AskedFor & Pick<CheckedAbout, 'signal'>,
  ): Promise<DetectedSecurity> {
    const target = mergeInput(blankCandidate(), { host, port, caCertificate });
    const rules = problemsOf(target);
    const problems: Record<string, FieldProblem> = {};
    for (const field of ['host', 'port', 'caCertificate']) if (rules[field]) problems[field] = rules[field];
    if (Object.keys(problems).length > 0) throw validationError(problems);
    const asked = { host: target.host!, port, ca: this.sender.certificates(target.caCertificate), egress: this.options.egress };
    const detected = await this.limits.run(by, () =>
      this.trail.attempt({
        event: { by, action: 'detect', details: { host: asked.host, port } },
        work: () => detectSecurity(asked, { signal }),
        outcome: ({ security, port: found }) => ({ ok: true, security, port: found }),
        signal,
        manager,
      }),
    );
    if (detected.security === 'none' && !this.options.allowPlaintext) {
      throw causeError('plaintext_only', { host: target.host!, port: detected.port });
    }
    return detected;
  }

  /** Stored by name, so that no later change of the options moves a configuration to another cloud. */
  private withCloud(candidate: Candidate): Candidate {
    if (!usesEntra(candidate) || candidate.graphCloud !== null) return candidate;
    return { ...candidate, graphCloud: this.options.graph.defaultCloud };
  }

  /** Where there is one configuration, its name and that it is the default go without saying. */
  private merged(base: Candidate, input: SmtpConfigInput): Candidate {
    if (!this.options.single) return mergeInput(base, input);
    const candidate = mergeInput({ ...base, name: SINGLE_NAME, isDefault: true }, input);
    return { ...candidate, name: candidate.name || SINGLE_NAME };
  }

  private async nameProblem(name: string, { stored, manager }: CheckedAbout): Promise<Record<string, FieldProblem>> {
    if (name.toLowerCase() === stored?.nameKey) return {};
    const names = await this.store.names(manager);
    if (this.options.single) return !stored && names.size > 0 ? { name: ONLY_ONE } : {};
    return names.has(name.toLowerCase()) ? { name: NAME_TAKEN } : {};
  }

  /** What the option `single` asks for: the sender in full, and neither another name nor another default. */
  private singleProblems({ name, isDefault, fromName, fromAddress }: Candidate): Record<string, FieldProblem> {
    if (!this.options.single) return {};
    return {
      ...(name !== SINGLE_NAME && { name: { code: 'only_one', message: `There is one configuration, and its name is "${SINGLE_NAME}".` } }),
      ...(isDefault === false && { isDefault: { code: 'only_one', message: 'There is one configuration, and all mail uses it.' } }),
      ...(fromName === null && { fromName: { code: 'required', message: 'Enter the name mails come from.' } }),
      ...(fromAddress === null && { fromAddress: { code: 'required', message: 'Enter the address mails come from.' } }),
    };
  }

  /** What depends on the declared activities. */
  private copyProblems({ copyActivities }: Candidate, stored: StoredConfig | null): Record<string, FieldProblem> {
    const copies = isShortList(copyActivities, MAX_ACTIVITIES) ? copyActivities : [];
    const problem = this.activities.copyProblem(copies, stored?.copyActivities ?? []);
    return problem ? { copyActivities: problem } : {};
  }

  /** What is known before the host is resolved; the rest is refused when it is connected to. */
  private egressProblem({ type, host, port }: Candidate): Record<string, FieldProblem> {
    // The input may be anything yet.
    if (type !== 'generic' || typeof host !== 'string' || typeof port !== 'number') return {};
    const field = this.options.egress.refusedField(host, port);
    return field ? { [field]: { code: 'egress', message: EGRESS_REFUSED[field] } } : {};
  }

  private async withDetected(base: Candidate, input: SmtpConfigInput, { stored, ...asked }: CheckedAbout): Promise<SmtpConfigInput> {
    const { host, caCertificate } = mergeInput(base, input);
    const port = input.port ?? stored?.port ?? undefined;
    try {
      const { security, port: found } = await this.detect({ host: host ?? '', port, caCertificate }, asked);
      if (security === 'none') throw validationError({ security: NOT_ENCRYPTED });
      return { ...input, security, port: found };
    } catch (error) {
      if (!(error instanceof MailError) || error.fields || error.code === 'RATE_LIMITED') throw error;
      throw validationError({ security: { code: error.code.toLowerCase(), message: error.message } });
    }
  }
}
