import type { FieldProblem, MailError, ReasonValues } from '../shared/mail-error.js';
import { secretError } from './diagnoses.js';
import { type SecretDestination, maySendTo, parseDestination } from './secret-destination.js';
import type { SecretChoice } from '../shared/secrets.js';

/** The way a configuration uses a secret. */
export interface SecretUse {
  /** Every server that receives the secret or a token made from it. */
  destinations: readonly SecretDestination[];
  /** The SMTP servers of the chosen cloud, which may receive its tokens. */
  tokenHosts: readonly string[];
  /** True if the configuration trusts certificates of its own: a private CA, or a pinned certificate. */
  hasOwnCa: boolean;
}

/** Returns the problem with this use of a secret; undefined if it is allowed. */
export function useProblem({ destinations, allowOwnCa }: SecretChoice, use: SecretUse): FieldProblem | undefined {
  const refused = use.destinations.filter((to) => !maySendTo(destinations, to));
  if (refused.some(({ kind }) => kind !== 'token')) {
    const places = (destinations ?? []).join(', ');
    return {
      code: 'destination_not_allowed',
      message: `This secret may only be sent to ${places}. Choose another secret or change the destination.`,
      values: { places },
    };
  }
  if (refused.length > 0) {
    const named = (destinations ?? []).filter((entry) => parseDestination(entry)?.kind === 'smtp');
    const places = [...use.tokenHosts, ...named].join(', ');
    return {
      code: 'token_not_allowed',
      message: `A token created with this secret may only be sent to ${places}. Change the host or choose another secret.`,
      values: { places },
    };
  }
  if (use.hasOwnCa && allowOwnCa !== true) {
    return {
      code: 'own_ca_not_allowed',
      message: 'This secret can’t be used with a private CA or a pinned certificate. Remove the certificate or choose another secret.',
    };
  }
  return undefined;
}

/** Returns the error for mail whose configuration may not use its secret. */
export function refusedUse({ label }: { label: string }, { code }: FieldProblem, values: ReasonValues): MailError {
  return secretError(REFUSALS[code as keyof typeof REFUSALS], { source: label, ...values });
}

const REFUSALS = {
  not_a_choice: 'secret_not_offered',
  destination_not_allowed: 'secret_destination',
  token_not_allowed: 'secret_token',
  own_ca_not_allowed: 'secret_own_ca',
} as const;
