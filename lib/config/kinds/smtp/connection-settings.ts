import { splitCertificates } from '../../../options/certificates.js';
import type { ResolvedSmtpOptions } from '../../../options/options.js';
import { CONNECTION_NAMES, type ConnectionName } from '../../../shared/config-fields.js';
import type { ConnectionSettings } from '../../../transport/smtp/smtp-settings.js';
import type { StoredSettings } from '../kind.js';

/** The fields that say how to connect to a server. */
export type ConnectionFields = Pick<StoredSettings, ConnectionName>;

/** Returns the fields that say how to connect, without any others. */
export const connectionFields = (settings: Partial<ConnectionFields>): Partial<ConnectionFields> =>
  Object.fromEntries(CONNECTION_NAMES.map((name) => [name, settings[name]]));

/** Returns how to connect to a server. @param sender the address that mail comes from, if it is known */
export function connectionOf(
  { ehloName, tlsServerName, pinnedCertificate, timeoutScale, localAddress }: ConnectionFields,
  options: ResolvedSmtpOptions,
  sender?: string | null,
): ConnectionSettings {
  return {
    ehloName: ehloName ?? options.ehloName,
    sender: sender ?? undefined,
    tlsServerName: tlsServerName ?? undefined,
    pinnedCertificate: splitCertificates(pinnedCertificate)[0],
    timeoutScale: timeoutScale ?? undefined,
    localAddress: localAddress ?? undefined,
  };
}
