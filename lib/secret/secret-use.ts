import { type FieldProblem, MailError } from '../shared/mail-error.js';
import { type SecretDestination, maySendTo, parseDestination } from './secret-destination.js';
import type { SecretChoice } from './secret-source.js';

/** What a configuration does with a secret. */
export interface SecretUse {
  /** Every server that receives the secret or a token made from it. */
  destinations: readonly SecretDestination[];
  /** SMTP servers to which the tokens of the chosen cloud belong. */
  tokenHosts: readonly string[];
  /** Whether the configuration trusts CA certificates of its own. */
  hasOwnCa: boolean;
}

/** Why a source's secret may not be used like this; undefined if it may. */
export function useProblem({ destinations, allowOwnCa }: SecretChoice, use: SecretUse): FieldProblem | undefined {
  const refused = use.destinations.filter((to) => !maySendTo(destinations, to));
  if (refused.some(({ kind }) => kind !== 'token')) {
    const places = (destinations ?? []).join(', ');
    return {
      code: 'destination_not_allowed',
      message: `This secret may only be sent to ${places}. Choose another one, or that destination.`,
      values: { places },
    };
  }
  if (refused.length > 0) {
    const named = (destinations ?? []).filter((entry) => parseDestination(entry)?.kind === 'smtp');
    const places = [...use.tokenHosts, ...named].join(', ');
    return {
      code: 'token_not_allowed',
      message: `A token made with this secret may only be sent to ${places}. Change the host, or choose another secret.`,
      values: { places },
    };
  }
  if (use.hasOwnCa && allowOwnCa !== true) {
    return {
      code: 'own_ca_not_allowed',
      message: 'This secret may not be used with a private CA. Remove the CA certificate, or choose another secret.',
    };
  }
  return undefined;
}

/** The same for mail that is sent, and for a key that its source does not offer. */
export function refusedUse({ label }: { label: string }, { code }: FieldProblem): MailError {
  const [summary, remedy] = REFUSALS[code as keyof typeof REFUSALS];
  return new MailError('SECRET', `${label} ${summary}`, { remedy: `Open the configuration and ${remedy}.` });
}

const REFUSALS = {
  not_a_choice: ['does not offer the chosen secret.', 'choose another one'],
  destination_not_allowed: [
    'says that the chosen secret may not be sent to this server.',
    'choose another one, or the server it is meant for',
  ],
  token_not_allowed: [
    'says that a token made with the chosen secret may not be sent to this server.',
    'enter an SMTP server of the chosen cloud, or choose another secret',
  ],
  own_ca_not_allowed: [
    'says that the chosen secret may not be used with a private CA of the configuration.',
    'remove the CA certificate, or choose another secret',
  ],
} as const;
