import { Inject, Injectable } from '@nestjs/common';
import { type AskedFor, AuditTrail } from '../audit/audit-trail.js';
import { STORED } from '../secret/secret-source.js';
import type { SecretCheck, SecretChoices } from '../secret/secret-resolver.js';
import { type FieldProblem, validationError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { type SecretColumn, secretUse } from './destination.js';
import { type SmtpConfigInput, blankCandidate, mergeInput } from './smtp-config.input.js';
import { type SecretField, SmtpConfigSecrets } from './smtp-config.secrets.js';

/** Which of a source's secrets are looked for. */
export interface SecretSearch {
  /** The source's id. */
  source: string;
  /** Part of a key or label. @default all */
  search?: string;
  /** 1 to 100. @default 20 */
  limit?: number;
}

/** A secret that is about to be chosen, and the form's fields that decide where it would be sent. */
export interface SecretRequest extends Omit<SmtpConfigInput, SecretField> {
  source: string;
  key: string;
  /** @default 'password' */
  field?: SecretColumn;
}

const MAX_SEARCH = 200;
const MAX_LIMIT = 100;

/** Looks into the sources of secrets for those who choose one; it never hands out a value. */
@Injectable()
export class SecretFinder {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly secrets: SmtpConfigSecrets,
    private readonly trail: AuditTrail,
  ) {}

  /** @throws MailError `VALIDATION`, or `SECRET` when the source cannot list */
  async choices({ source, search = '', limit = 20 }: SecretSearch): Promise<SecretChoices> {
    const problems = this.problems({ source });
    if (typeof search !== 'string' || search.length > MAX_SEARCH) problems.search = { code: 'too_long', message: 'Search for less.' };
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      problems.limit = { code: 'not_a_number', message: `Enter a whole number from 1 to ${MAX_LIMIT}.` };
    if (Object.keys(problems).length > 0) throw validationError(problems);
    return this.secrets.resolver.choices(source, { search, limit });
  }

  /** @throws MailError `VALIDATION` */
  async check({ source, key, field = 'password', ...fields }: SecretRequest, { by, manager }: AskedFor): Promise<SecretCheck> {
    const problems = this.problems({ source });
    if (typeof key !== 'string' || key === '') problems.key = { code: 'required', message: 'Choose a secret.' };
    if (field !== 'password' && field !== 'clientSecret') problems.field = { code: 'not_a_choice', message: 'There is no such field.' };
    if (Object.keys(problems).length > 0) throw validationError(problems);
    const candidate = mergeInput(blankCandidate(), fields);
    const graphCloud = candidate.graphCloud ?? this.options.graph.defaultCloud;
    const use = secretUse({ ...candidate, graphCloud }, field, this.options.graph);
    // Before the server is typed there is nothing to compare.
    const destinations = use.destinations.filter(({ kind }) => kind === 'graph' || candidate.host !== null);
    return this.trail.attempt({
      event: { by, action: 'check_secret', details: { source, key } },
      work: () => this.secrets.resolver.check(source, key, { ...use, destinations }),
      outcome: (check) => ({ ok: check.readable, reason: check.readable ? undefined : check.reason }),
      manager,
    });
  }

  private problems({ source }: { source: unknown }): Record<string, FieldProblem> {
    const isKnown = typeof source === 'string' && source !== STORED && this.secrets.hasSource(source);
    return isKnown ? {} : { source: { code: 'not_a_choice', message: 'There is no such source of secrets.' } };
  }
}
