import type { ResolvedSmtpOptions } from '../../../options/options.js';
import { CONNECTION_NAMES, type ConnectionName } from '../../../shared/config-fields.js';
import { isEhloName } from '../../../shared/host-names.js';
import type { ConnectionSettings } from '../../../transport/smtp/smtp-settings.js';
import { rule, type Rules } from '../../rule.js';
import type { StoredSettings, Violation } from '../kind.js';

/** The fields that say how to connect to a server. */
export type ConnectionFields = Pick<StoredSettings, ConnectionName>;

/** Returns the fields that say how to connect, without any others. */
export const connectionFields = (settings: Partial<ConnectionFields>): Partial<ConnectionFields> =>
  Object.fromEntries(CONNECTION_NAMES.map((name) => [name, settings[name]]));

/** The rules for the fields that say how to connect to a server. */
export const CONNECTION_RULES = {
  ehloName: [
    rule(
      'ehlo_name',
      'Enter a host name such as app.example.com, or an address in brackets such as [192.0.2.1].',
      (value) => value === null || (typeof value === 'string' && isEhloName(value)),
    ),
  ],
} satisfies Rules;

/** Returns the fields that no rule would accept: a row can be edited by hand. */
export function connectionViolations(settings: StoredSettings): Violation[] {
  const isBad = (name: ConnectionName): boolean =>
    CONNECTION_RULES[name].some(({ isValid }) => !isValid(settings[name], { ...settings, isDefault: false }));
  return CONNECTION_NAMES.filter(isBad).map((name) => ['bad_setting', settings[name], name]);
}

/** Returns how to connect to a server. @param sender the address that mail comes from, if it is known */
export function connectionOf({ ehloName }: ConnectionFields, options: ResolvedSmtpOptions, sender?: string | null): ConnectionSettings {
  return { ehloName: ehloName ?? options.ehloName, sender: sender ?? undefined };
}
