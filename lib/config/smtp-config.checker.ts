import { Inject, Injectable } from '@nestjs/common';
import type { AuditedRequest } from '../audit/audit-trail.js';
import { CERTIFICATE_NAMES, CONFIG_FIELDS, type ConfigSettings, SECRET_COLUMNS, hasField } from '../shared/config-fields.js';
import { type FieldProblem, validationError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { policyProblems } from './connection-policy.js';
import { usesEntra } from './destination.js';
import { findKind } from './kinds/kinds.js';
import { SecurityDetector } from './kinds/smtp/security-detector.js';
import { mergeInput, unknownFields } from './merge-input.js';
import { type SecretPlans, areAccepted } from './secret-plans.js';
import { SmtpActivityService } from './smtp-activity.service.js';
import type { SmtpConfigInput } from './smtp-config.input.js';
import { problemsOf } from './smtp-config.rules.js';
import { SmtpConfigSecrets } from './smtp-config.secrets.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { SmtpConfigStore } from './smtp-config.store.js';
import { ONLY_ONE, SINGLE_NAME } from './single-config.js';

/** A configuration that passed every rule, and the plans for its secrets. */
export interface CheckedConfig {
  candidate: ConfigSettings;
  plans: SecretPlans;
}

/** The configuration to check: a new one (`stored` is null), a saved one, or a draft that is only tested. */
interface CheckTarget extends AuditedRequest {
  id: string;
  stored: SmtpConfig | null;
  isDraft?: boolean;
  /** Aborts the detection of the server's security. */
  signal?: AbortSignal;
}

export const NAME_TAKEN: FieldProblem = { code: 'name_taken', message: 'Another configuration already has this name.' };

const EGRESS_REFUSED = {
  host: 'This application may not connect to this address (option "egress" of SmtpModule).',
  port: 'This application may not connect to this port (option "egress" of SmtpModule).',
};

/** Checks a configuration before it is stored or tested: against the rules, the options, the activities and the other configurations. */
@Injectable()
export class SmtpConfigChecker {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly store: SmtpConfigStore,
    private readonly secrets: SmtpConfigSecrets,
    private readonly activities: SmtpActivityService,
    private readonly detector: SecurityDetector,
  ) {}

  /** Merges the input into the base and checks the result. @throws MailError `VALIDATION` with all problems */
  async check(base: ConfigSettings, given: SmtpConfigInput, about: CheckTarget): Promise<CheckedConfig> {
    if (given === null || typeof given !== 'object') {
      throw validationError({ name: { code: 'required', message: 'Pass the fields of a configuration.' } });
    }
    const isDetected = given.security === 'auto' && hasField(given.type ?? base.type, 'security');
    const input = isDetected ? await this.detector.replaceAuto(base, given, about.stored?.port, about) : given;
    const candidate = this.withCloud(this.merge(base, input));
    const problems = {
      ...unknownFields(input),
      ...policyProblems(candidate, this.options),
      ...this.egressProblem(candidate),
      ...problemsOf(candidate),
      ...this.copyProblems(candidate, about.stored),
      ...this.singleProblems(candidate),
    };
    if (!about.isDraft && !problems.name) Object.assign(problems, await this.nameProblem(candidate.name, about));
    // Secrets cannot be checked yet: an unknown kind has none, and an unreadable certificate has no canonical form.
    if (problems.type || CERTIFICATE_NAMES.some((name) => problems[name])) throw validationError(problems);
    const { planner } = this.secrets;
    const plans = planner.plans({ ...candidate, id: about.id }, input, about.stored);
    for (const column of SECRET_COLUMNS) {
      const plan = plans[column];
      const storing = about.isDraft ? undefined : planner.storingProblem(plan);
      if (storing) problems[column] = storing;
      const entered = plan.kind === 'typed' ? findKind(candidate.type)?.secretProblem?.(candidate, column, plan.value) : undefined;
      if (entered) problems[column] = entered;
      if (plan.kind === 'refused') problems[plan.field] = plan.problem;
    }
    if (!areAccepted(plans) || Object.keys(problems).length > 0) throw validationError(problems);
    return { candidate, plans };
  }

  /** Sets the default cloud by name, so that a later change of the options does not move a configuration to another cloud. */
  private withCloud(candidate: ConfigSettings): ConfigSettings {
    if (!usesEntra(candidate) || candidate.graphCloud !== null) return candidate;
    return { ...candidate, graphCloud: this.options.graph.defaultCloud };
  }

  /** Merges the input into the base. With the option `single`, sets the name and the default flag. */
  private merge(base: ConfigSettings, input: SmtpConfigInput): ConfigSettings {
    if (!this.options.single) return mergeInput(base, input);
    const candidate = mergeInput({ ...base, name: SINGLE_NAME, isDefault: true }, input);
    return { ...candidate, name: candidate.name || SINGLE_NAME };
  }

  private async nameProblem(name: string, { stored, manager }: CheckTarget): Promise<Record<string, FieldProblem>> {
    if (name.toLowerCase() === stored?.nameKey) return {};
    const names = await this.store.names(manager);
    if (this.options.single) return !stored && names.size > 0 ? { name: ONLY_ONE } : {};
    return names.has(name.toLowerCase()) ? { name: NAME_TAKEN } : {};
  }

  /** Checks the requirements of the option `single`: a sender with name and address, the fixed name, and the default flag. */
  private singleProblems({ name, isDefault, fromName, fromAddress }: ConfigSettings): Record<string, FieldProblem> {
    if (!this.options.single) return {};
    return {
      ...(name !== SINGLE_NAME && {
        name: { code: 'only_one', message: `This application has a single configuration, named "${SINGLE_NAME}".` },
      }),
      ...(isDefault === false && {
        isDefault: { code: 'only_one', message: 'This application has a single configuration, which sends all mail.' },
      }),
      ...(fromName === null && { fromName: { code: 'required', message: 'Enter the From name.' } }),
      ...(fromAddress === null && { fromAddress: { code: 'required', message: 'Enter the From address.' } }),
    };
  }

  /** Checks the activities to copy against the declared ones. */
  private copyProblems({ copyActivities }: ConfigSettings, stored: SmtpConfig | null): Record<string, FieldProblem> {
    // A list that is too long, or not a list, is reported elsewhere.
    const isList = Array.isArray(copyActivities) && copyActivities.length <= CONFIG_FIELDS.copyActivities.maxEntries;
    const copies = isList ? copyActivities : [];
    const problem = this.activities.copyProblem(copies, stored?.copyActivities ?? []);
    return problem ? { copyActivities: problem } : {};
  }

  /** Checks the option `egress` as far as possible before the host is resolved; the rest is checked when connecting. */
  private egressProblem(candidate: ConfigSettings): Record<string, FieldProblem> {
    const problems: Record<string, FieldProblem> = {};
    for (const { host, port, ...fields } of findKind(candidate.type)?.servers?.(candidate) ?? []) {
      // The input is not validated yet.
      const refused = typeof host === 'string' && typeof port === 'number' && this.options.egress.refusedField(host, port);
      if (refused) problems[fields[`${refused}Field`]] = { code: 'egress', message: EGRESS_REFUSED[refused] };
    }
    return problems;
  }
}
