import type { FieldProblem } from '../smtp.errors.js';
import type { ResolvedSmtpOptions } from '../smtp.options.js';
import { SecretResolver, type SecretLocation } from '../secret/secret-resolver.js';
import { STORED } from '../secret/secret-source.js';
import { type Destination, isSameDestination, sealingContext, secretDestination } from './destination.js';
import { OpenedSecrets } from './opened-secrets.js';
import type { SmtpConfigInput } from './smtp-config.input.js';
import type { StoredConfig } from './smtp-config.queries.js';

/** What becomes of a configuration's password: nothing applies, the typed one, the stored one, or one in a source. */
export type SecretPlan =
  | { kind: 'none' }
  | { kind: 'typed'; value: string }
  | { kind: 'kept'; location: SecretLocation }
  | { kind: 'reference'; location: SecretLocation }
  | { kind: 'refused'; field: 'password' | 'passwordSource' | 'passwordRef'; problem: FieldProblem };

const MAX_PASSWORD = 1_024;

const DESTINATION_CHANGED = {
  kind: 'refused',
  field: 'password',
  problem: {
    code: 'destination_changed',
    message:
      'The server, its certificate or the login changed: enter the password again, so that it is never sent to a server it was not meant for.',
  },
} as const satisfies SecretPlan;

/** Decides about passwords, seals them into rows and opens them again. */
export class SmtpConfigSecrets {
  readonly resolver: SecretResolver;

  constructor(private readonly options: ResolvedSmtpOptions) {
    this.resolver = new SecretResolver(options.keyRing, options.secretSources);
  }

  /** What the input asks for. A stored password is kept only for the destination it was typed for. */
  plan(candidate: Destination & { id: string; authRequired: boolean }, input: SmtpConfigInput, stored: StoredConfig | null): SecretPlan {
    if (!candidate.authRequired) return { kind: 'none' };
    const { password = '' } = input;
    const source = input.passwordSource || stored?.passwordSource || STORED;
    if (source !== STORED) {
      // A reference has no cipher that would refuse another destination: it has to be chosen again.
      const isMoved = stored !== null && !isSameDestination(stored, candidate);
      if (isMoved && !input.passwordRef) return { ...DESTINATION_CHANGED, field: 'passwordRef' };
      // The key of another source says nothing about this one.
      const kept = source === stored?.passwordSource ? stored.passwordRef : null;
      return this.planReference(candidate, source, input.passwordRef ?? kept ?? '');
    }
    if (typeof password !== 'string' && password !== null) return refused('not_text', 'This must be text.');
    if (password) {
      if (password.length > MAX_PASSWORD) return refused('too_long', `At most ${MAX_PASSWORD} characters.`);
      if (/[\0\r\n]/.test(password)) return refused('control_characters', 'A password is one line of text.');
      return { kind: 'typed', value: password };
    }
    if (!stored?.passwordCipher) return refused('required', 'Enter the password.');
    if (this.options.passwordOnUpdate === 'retype') return refused('password_retype', 'Enter the password again.');
    if (!isSameDestination(stored, candidate)) return DESTINATION_CHANGED;
    return { kind: 'kept', location: this.location(stored) };
  }

  /** The columns that carry out a plan. */
  columns(
    plan: Exclude<SecretPlan, { kind: 'refused' }>,
    row: Destination & { id: string },
  ): Pick<StoredConfig, 'passwordSource' | 'passwordRef' | 'passwordCipher'> {
    switch (plan.kind) {
      case 'none':
        return { passwordSource: STORED, passwordRef: null, passwordCipher: null };
      case 'typed':
        return {
          passwordSource: STORED,
          passwordRef: null,
          passwordCipher: this.options.keyRing.seal(plan.value, sealingContext(row, 'password')),
        };
      case 'kept':
      case 'reference':
        return { passwordSource: plan.location.source, passwordRef: plan.location.ref, passwordCipher: plan.location.cipher };
    }
  }

  /** The password a plan comes to; undefined when there is no login. @throws MailError `SECRET` */
  async value(plan: Exclude<SecretPlan, { kind: 'refused' }>): Promise<string | undefined> {
    if (plan.kind === 'none') return undefined;
    return plan.kind === 'typed' ? plan.value : this.resolver.resolve(plan.location);
  }

  /** What a stored configuration sends with: of each source as it is kept there, or in the row. @throws MailError `SECRET` */
  async opened(row: StoredConfig): Promise<OpenedSecrets> {
    return OpenedSecrets.open(this.resolver, row.authRequired ? { password: this.location(row) } : {});
  }

  /** Where the password of a stored configuration is. */
  location(row: StoredConfig): SecretLocation {
    return {
      source: row.passwordSource,
      ref: row.passwordRef,
      cipher: row.passwordCipher,
      context: sealingContext(row, 'password'),
      destination: secretDestination(row, 'password'),
    };
  }

  hasSource(id: string): boolean {
    return this.options.secretSources.some((source) => source.id === id);
  }

  /** Why a typed password cannot be stored; undefined if it can. */
  storingProblem(plan: SecretPlan): FieldProblem | undefined {
    if (plan.kind !== 'typed' || this.options.keyRing.currentId !== undefined) return undefined;
    return {
      code: 'stored_secrets_off',
      message: 'Passwords cannot be stored: the application has no encryption key (option "encryption" of SmtpModule).',
    };
  }

  private planReference(candidate: Destination & { id: string }, source: string, ref: string): SecretPlan {
    if (!this.hasSource(source)) {
      return {
        kind: 'refused',
        field: 'passwordSource',
        problem: { code: 'not_a_choice', message: 'There is no such source of secrets.' },
      };
    }
    const destination = secretDestination(candidate, 'password');
    const problem = this.resolver.refusal(source, ref, destination);
    if (problem) return { kind: 'refused', field: 'passwordRef', problem };
    return { kind: 'reference', location: { source, ref, cipher: null, context: sealingContext(candidate, 'password'), destination } };
  }
}

function refused(code: string, message: string): SecretPlan {
  return { kind: 'refused', field: 'password', problem: { code, message } };
}
