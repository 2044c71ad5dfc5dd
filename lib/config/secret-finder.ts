import { Inject, Injectable } from '@nestjs/common';
import { type AuditedRequest, AuditTrail } from '../audit/audit-trail.js';
import { type SecretCheck, type SecretChoices, STORED } from '../shared/secrets.js';
import { type FieldProblem, validationError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { SECRET_COLUMNS, type SecretColumn, type SecretPart } from '../shared/config-fields.js';
import { secretUse } from './destination.js';
import { isConfigType } from './kinds/kinds.js';
import { blankCandidate, mergeInput } from './merge-input.js';
import type { SmtpConfigInput } from './smtp-config.input.js';
import { SmtpConfigSecrets } from './smtp-config.secrets.js';

/** A search for secrets of a source. */
export interface SecretSearch {
  /** The source's id. */
  source: string;
  /** Part of a key or label. @default all */
  search?: string;
  /** 1 to 100. @default 20 */
  limit?: number;
}

/** A secret to check before it is chosen, and the form's fields that decide where it would be sent. */
export interface SecretRequest extends Omit<SmtpConfigInput, SecretPart> {
  source: string;
  key: string;
  /** @default 'password' */
  field?: SecretColumn;
}

const MAX_SEARCH = 200;
const MAX_LIMIT = 100;

/** Lists and checks the secrets to choose from. Never returns a value. */
@Injectable()
export class SecretFinder {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly secrets: SmtpConfigSecrets,
    private readonly trail: AuditTrail,
  ) {}

  /** Lists the secrets that match. @throws MailError `VALIDATION`, or `SECRET` if the source cannot list its secrets */
  async choices({ source, search = '', limit = 20 }: SecretSearch): Promise<SecretChoices> {
    const problems = this.problems({ source });
    if (typeof search !== 'string' || search.length > MAX_SEARCH)
      problems.search = { code: 'too_long', message: 'Enter a shorter search text.' };
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      problems.limit = { code: 'not_a_number', message: `Enter a whole number from 1 to ${MAX_LIMIT}.` };
    if (Object.keys(problems).length > 0) throw validationError(problems);
    return this.secrets.resolver.choices(source, { search, limit });
  }

  /** Checks that a secret can be read and sent to the destination. @throws MailError `VALIDATION` */
  async check({ source, key, field = 'password', ...fields }: SecretRequest, { by, manager }: AuditedRequest): Promise<SecretCheck> {
    const problems = this.problems({ source });
    if (typeof key !== 'string' || key === '') problems.key = { code: 'required', message: 'Choose a secret.' };
    if (!SECRET_COLUMNS.includes(field)) problems.field = { code: 'not_a_choice', message: 'This field does not exist.' };
    const candidate = mergeInput(blankCandidate(), fields);
    if (!isConfigType(candidate.type)) problems.type = { code: 'not_a_choice', message: 'This type does not exist.' };
    if (Object.keys(problems).length > 0) throw validationError(problems);
    const graphCloud = candidate.graphCloud ?? this.options.graph.defaultCloud;
    const use = secretUse({ ...candidate, graphCloud }, field, this.options.graph);
    // Skips the server until one is entered.
    const isEntered = candidate.host !== null || field === 'proxyPassword';
    const destinations = use.destinations.filter(({ kind }) => kind === 'graph' || isEntered);
    return this.trail.attempt({
      event: { by, action: 'check_secret', details: { source, key } },
      work: () => this.secrets.resolver.check(source, key, { ...use, destinations }),
      outcome: (check) => ({ ok: check.readable, reason: check.readable ? undefined : check.reason }),
      manager,
    });
  }

  private problems({ source }: { source: unknown }): Record<string, FieldProblem> {
    const isKnown = typeof source === 'string' && source !== STORED && this.secrets.hasSource(source);
    return isKnown ? {} : { source: { code: 'not_a_choice', message: 'This secret source does not exist.' } };
  }
}
