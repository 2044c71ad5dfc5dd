import type { FieldProblem, MailError } from '../shared/mail-error.js';
import type { ResolvedSmtpOptions } from '../options/options.js';
import { SecretResolver, type SecretLocation } from '../secret/secret-resolver.js';
import { STORED } from '../secret/secret-source.js';
import {
  type Destination,
  SECRET_COLUMNS,
  type SecretColumn,
  isSameDestination,
  sealingContext,
  secretUse,
  secretsOf,
} from './destination.js';
import { OpenedSecrets } from './opened-secrets.js';
import type { SmtpConfigInput } from './smtp-config.input.js';
import type { StoredConfig } from './smtp-config.queries.js';

/** A field that is about a secret. */
export type SecretField = SecretColumn | `${SecretColumn}Source` | `${SecretColumn}Ref`;

/** What becomes of one secret of a configuration: it does not apply, is the typed one, the stored one, or one in a source. */
export type SecretPlan =
  | { kind: 'none' }
  | { kind: 'typed'; value: string }
  | { kind: 'kept'; location: SecretLocation }
  | { kind: 'reference'; location: SecretLocation }
  | { kind: 'refused'; field: SecretField; problem: FieldProblem };

type AcceptedPlan = Exclude<SecretPlan, { kind: 'refused' }>;
/** What becomes of all of them. */
export type SecretPlans = Record<SecretColumn, AcceptedPlan>;

/** The opened secrets of a configuration, those that apply. */
export type Secrets = Partial<Record<SecretColumn, string>>;

const MAX_SECRET = 1_024;

const WORDS = {
  password: {
    name: 'the password',
    moved:
      'The server, its certificate or the login changed: enter the password again, so that it is never sent to a server it was not meant for.',
  },
  clientSecret: {
    name: 'the client secret',
    moved:
      'The tenant, the app, the cloud, the mailbox or the server changed: enter the client secret again, so that it is never used for anything it was not meant for.',
  },
} as const satisfies Record<SecretColumn, { name: string; moved: string }>;

/** Decides about passwords and client secrets, seals them into rows and opens them again. */
export class SmtpConfigSecrets {
  readonly resolver: SecretResolver;

  constructor(private readonly options: ResolvedSmtpOptions) {
    this.resolver = new SecretResolver(options.keyRing, options.secretSources);
  }

  /** What the input asks for, by secret. One that does not apply is forgotten. */
  plans(
    candidate: Destination & { id: string; authRequired: boolean },
    input: SmtpConfigInput,
    stored: StoredConfig | null,
  ): Record<SecretColumn, SecretPlan> {
    const needed = secretsOf(candidate);
    const plan = (column: SecretColumn): SecretPlan =>
      needed.includes(column) ? this.plan(column, candidate, input, stored) : { kind: 'none' };
    return { password: plan('password'), clientSecret: plan('clientSecret') };
  }

  /** A stored secret is kept only for the destination it was typed for. */
  private plan(
    column: SecretColumn,
    candidate: Destination & { id: string },
    input: SmtpConfigInput,
    stored: StoredConfig | null,
  ): SecretPlan {
    const typed = input[column] ?? '';
    const source = input[`${column}Source`] || stored?.[`${column}Source`] || STORED;
    const moved: FieldProblem = { code: 'destination_changed', message: WORDS[column].moved };
    if (source !== STORED) {
      // A reference has no cipher that would refuse another destination: it has to be chosen again.
      const isMoved = stored !== null && !isSameDestination(stored, candidate);
      const ref = input[`${column}Ref`];
      if (isMoved && !ref) return { kind: 'refused', field: `${column}Ref`, problem: moved };
      // The key of another source says nothing about this one.
      const kept = source === stored?.[`${column}Source`] ? stored[`${column}Ref`] : null;
      return this.planReference(column, candidate, source, ref ?? kept ?? '');
    }
    if (typeof typed !== 'string') return refused(column, 'not_text', 'This must be text.');
    if (typed) {
      if (typed.length > MAX_SECRET) return refused(column, 'too_long', `At most ${MAX_SECRET} characters.`);
      if (/[\0\r\n]/.test(typed)) return refused(column, 'control_characters', 'A secret is one line of text.');
      return { kind: 'typed', value: typed };
    }
    if (!stored?.[`${column}Cipher`]) return refused(column, 'required', `Enter ${WORDS[column].name}.`);
    if (this.options.passwordOnUpdate === 'retype') return refused(column, 'password_retype', `Enter ${WORDS[column].name} again.`);
    if (!isSameDestination(stored, candidate)) return { kind: 'refused', field: column, problem: moved };
    return { kind: 'kept', location: this.location(stored, column) };
  }

  /** The columns that carry out the plans. */
  columns(
    plans: SecretPlans,
    row: Destination & { id: string },
  ): Pick<StoredConfig, `${SecretColumn}Source` | `${SecretColumn}Ref` | `${SecretColumn}Cipher`> {
    const password = this.stored(plans.password, 'password', row);
    const clientSecret = this.stored(plans.clientSecret, 'clientSecret', row);
    return {
      passwordSource: password.source,
      passwordRef: password.ref,
      passwordCipher: password.cipher,
      clientSecretSource: clientSecret.source,
      clientSecretRef: clientSecret.ref,
      clientSecretCipher: clientSecret.cipher,
    };
  }

  /** The secrets that plans come to. @throws MailError `SECRET` */
  async values(plans: SecretPlans): Promise<Secrets> {
    const secrets: Secrets = {};
    for (const column of SECRET_COLUMNS) {
      const plan = plans[column];
      if (plan.kind !== 'none') secrets[column] = plan.kind === 'typed' ? plan.value : await this.resolver.resolve(plan.location);
    }
    return secrets;
  }

  /** The secrets of a stored configuration. @throws MailError `SECRET` */
  async open(row: StoredConfig): Promise<Secrets> {
    const secrets: Secrets = {};
    for (const column of secretsOf(row)) secrets[column] = await this.resolver.resolve(this.location(row, column));
    return secrets;
  }

  /** What a stored configuration sends with: of each source as it is kept there, or in the row. @throws MailError `SECRET` */
  async opened(row: StoredConfig): Promise<OpenedSecrets> {
    const locations = secretsOf(row).map((column) => [column, this.location(row, column)]);
    return OpenedSecrets.open(this.resolver, Object.fromEntries(locations) as Partial<Record<SecretColumn, SecretLocation>>);
  }

  /** Why the sources, as they are set up now, refuse what a stored configuration names; undefined if they do not. Reads no secret. */
  refusalOf(row: StoredConfig): MailError | undefined {
    const references = secretsOf(row).map((column) => this.location(row, column));
    return references.map((location) => this.resolver.refusalOf(location)).find((error) => error !== undefined);
  }

  hasSource(id: string): boolean {
    return this.options.secretSources.some((source) => source.id === id);
  }

  /** Where a secret of a stored configuration is. */
  private location(row: StoredConfig, column: SecretColumn): SecretLocation {
    return {
      source: row[`${column}Source`],
      ref: row[`${column}Ref`],
      cipher: row[`${column}Cipher`],
      // It reads the certificates, and only a cipher asks for it: not every mail that is sent.
      get context() {
        return sealingContext(row, column);
      },
      use: secretUse(row, column, this.options.graph),
    };
  }

  /** Why a typed secret cannot be stored; undefined if it can. */
  storingProblem(plan: SecretPlan): FieldProblem | undefined {
    if (plan.kind !== 'typed' || this.options.keyRing.currentId !== undefined) return undefined;
    return {
      code: 'stored_secrets_off',
      message: 'Passwords cannot be stored: the application has no encryption key (option "encryption" of SmtpModule).',
    };
  }

  private stored(
    plan: AcceptedPlan,
    column: SecretColumn,
    row: Destination & { id: string },
  ): Pick<SecretLocation, 'source' | 'ref' | 'cipher'> {
    switch (plan.kind) {
      case 'none':
        return { source: STORED, ref: null, cipher: null };
      case 'typed':
        return { source: STORED, ref: null, cipher: this.options.keyRing.seal(plan.value, sealingContext(row, column)) };
      case 'kept':
      case 'reference':
        return plan.location;
    }
  }

  private planReference(column: SecretColumn, candidate: Destination & { id: string }, source: string, ref: string): SecretPlan {
    if (!this.hasSource(source)) {
      return {
        kind: 'refused',
        field: `${column}Source`,
        problem: { code: 'not_a_choice', message: 'There is no such source of secrets.' },
      };
    }
    const use = secretUse(candidate, column, this.options.graph);
    const problem = this.resolver.refusal(source, ref, use);
    if (problem) return { kind: 'refused', field: `${column}Ref`, problem };
    return { kind: 'reference', location: { source, ref, cipher: null, context: sealingContext(candidate, column), use } };
  }
}

/** True when nothing is refused. */
export function areAccepted(plans: Record<SecretColumn, SecretPlan>): plans is SecretPlans {
  return SECRET_COLUMNS.every((column) => plans[column].kind !== 'refused');
}

function refused(field: SecretField, code: string, message: string): SecretPlan {
  return { kind: 'refused', field, problem: { code, message } };
}
