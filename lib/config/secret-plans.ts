import type { ResolvedSmtpOptions } from '../options/options.js';
import type { SecretLocation, SecretResolver } from '../secret/secret-resolver.js';
import { STORED } from '../shared/secrets.js';
import { CONFIG_FIELDS, type ConfigField, SECRET_COLUMNS, type SecretColumn, type SecretPart } from '../shared/config-fields.js';
import type { FieldProblem } from '../shared/mail-error.js';
import { type Destination, isSameDestination, sealingContext, secretUse, secretsOf } from './destination.js';
import { locationOf } from './secret-location.js';
import type { LoginSettings } from './kinds/kind.js';
import type { SmtpConfigInput } from './smtp-config.input.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** The plan for one secret of a configuration: none applies, or it is entered, kept, a reference into a source, or refused. */
export type SecretPlan =
  | { kind: 'none' }
  | { kind: 'typed'; value: string }
  | { kind: 'kept'; location: SecretLocation }
  | { kind: 'reference'; location: SecretLocation }
  | { kind: 'refused'; field: SecretPart; problem: FieldProblem };

export type AcceptedPlan = Exclude<SecretPlan, { kind: 'refused' }>;
/** The accepted plans for all secrets of a configuration. */
export type SecretPlans = Record<SecretColumn, AcceptedPlan>;

/** A configuration as it would be stored. */
type Planned = Destination & LoginSettings & { id: string };

const WORDS = {
  password: {
    name: 'the password',
    refuseMoved:
      'The server, its certificate or the login changed. Enter the password again, so that it is only sent to the server it is meant for.',
  },
  clientSecret: {
    name: 'the client secret',
    refuseMoved:
      'The tenant, the app, the cloud, the mailbox or the server changed. Enter the client secret again, so that it is only used as intended.',
  },
  proxyPassword: {
    name: 'the password of the proxy',
    refuseMoved: 'The proxy changed. Enter its password again, so that it is only sent to the proxy it is meant for.',
  },
  clientKey: {
    name: 'the private key',
    refuseMoved:
      'The server, the client certificate or the login changed. Enter the private key again, so that it is only used for the server it is meant for.',
  },
} as const satisfies Record<SecretColumn, { name: string; refuseMoved: string }>;

/** Plans the secrets of a configuration that is saved or tested. */
export class SecretPlanner {
  constructor(
    private readonly options: ResolvedSmtpOptions,
    private readonly resolver: SecretResolver,
  ) {}

  /** Returns the plan for each secret according to the input. A secret that no longer applies is dropped. */
  plans(candidate: Planned, input: SmtpConfigInput, stored: SmtpConfig | null): Record<SecretColumn, SecretPlan> {
    const needed = secretsOf(candidate);
    const plans = SECRET_COLUMNS.map((column) => [
      column,
      needed.includes(column) ? this.plan(column, candidate, input, stored) : { kind: 'none' },
    ]);
    return Object.fromEntries(plans) as Record<SecretColumn, SecretPlan>;
  }

  /** Returns why an entered secret cannot be stored; undefined if it can. */
  storingProblem(plan: SecretPlan): FieldProblem | undefined {
    if (plan.kind !== 'typed' || this.options.keyRing.currentId !== undefined) return undefined;
    return {
      code: 'stored_secrets_disabled',
      message: 'Passwords can’t be stored: the application has no encryption key (option "encryption" of SmtpModule).',
    };
  }

  private plan(column: SecretColumn, candidate: Planned, input: SmtpConfigInput, stored: SmtpConfig | null): SecretPlan {
    const source = input[`${column}Source`] || stored?.[`${column}Source`] || STORED;
    if (source !== STORED) return this.planSource(column, source, candidate, input, stored);
    const typed = input[column] ?? '';
    if (typeof typed !== 'string') return refuse(column, 'not_text', 'This must be text.');
    if (typed) return planTyped(column, typed);
    if (!stored?.[`${column}Cipher`]) return refuse(column, 'required', `Enter ${WORDS[column].name}.`);
    if (this.options.passwordOnUpdate === 'retype') return refuse(column, 'password_retype', `Enter ${WORDS[column].name} again.`);
    // A stored secret is kept only for the destination it was entered for.
    if (!isSameDestination(stored, candidate, column)) return moved(column, column);
    return { kind: 'kept', location: locationOf(stored, column, this.options.graph) };
  }

  private planSource(
    column: SecretColumn,
    source: string,
    candidate: Planned,
    input: SmtpConfigInput,
    stored: SmtpConfig | null,
  ): SecretPlan {
    const given = input[`${column}Ref`];
    // Unlike a cipher, a reference is not bound to its destination, so it must be chosen again.
    if (stored !== null && !given && !isSameDestination(stored, candidate, column)) return moved(column, `${column}Ref`);
    // A key belongs to its source only.
    const kept = source === stored?.[`${column}Source`] ? stored[`${column}Ref`] : null;
    const ref = given ?? kept ?? '';
    if (!this.options.secretSources.some(({ id }) => id === source)) {
      return refuse(`${column}Source`, 'not_a_choice', 'This secret source does not exist.');
    }
    const use = secretUse(candidate, column, this.options.graph);
    const problem = this.resolver.refusal(source, ref, use);
    if (problem) return { kind: 'refused', field: `${column}Ref`, problem };
    return { kind: 'reference', location: { source, ref, cipher: null, context: sealingContext(candidate, column), use } };
  }
}

/** True if no plan is refused. */
export function areAccepted(plans: Record<SecretColumn, SecretPlan>): plans is SecretPlans {
  return SECRET_COLUMNS.every((column) => plans[column].kind !== 'refused');
}

function planTyped(column: SecretColumn, value: string): SecretPlan {
  const { maxLength, multiline }: ConfigField & { value: 'secret' } = CONFIG_FIELDS[column];
  if (value.length > maxLength) return refuse(column, 'too_long', `At most ${maxLength} characters.`);
  if (!multiline && /[\0\r\n]/.test(value)) return refuse(column, 'control_characters', 'This must be one line of text.');
  return { kind: 'typed', value };
}

function moved(column: SecretColumn, field: SecretPart): SecretPlan {
  return refuse(field, 'destination_changed', WORDS[column].refuseMoved);
}

function refuse(field: SecretPart, code: string, message: string): SecretPlan {
  return { kind: 'refused', field, problem: { code, message } };
}
