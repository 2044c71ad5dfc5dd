import { splitCertificates } from '../../../options/certificates.js';
import type { ResolvedSmtpOptions } from '../../../options/options.js';
import { parseProxyUrl } from '../../../shared/proxy-url.js';
import { CONNECTION_NAMES, type ConnectionName, secretParts } from '../../../shared/config-fields.js';
import type { ConnectionSettings } from '../../../transport/smtp/smtp-settings.js';
import type { SmtpConfigInput } from '../../smtp-config.input.js';
import type { Secrets, StoredSettings } from '../kind.js';

/** The fields that say how to connect to a server. */
export type ConnectionFields = Pick<StoredSettings, ConnectionName>;

/** Returns the fields that say how to connect, without any others. */
export const connectionFields = (settings: Partial<ConnectionFields>): Partial<ConnectionFields> =>
  Object.fromEntries(CONNECTION_NAMES.map((name) => [name, settings[name]]));

/** How to connect to a server that is only looked up: the fields, and the password of the proxy. */
export interface ConnectionRequest extends Partial<ConnectionFields>, Pick<SmtpConfigInput, ProxySecret> {
  /** The configuration that keeps the password, if it is not entered. */
  id?: string;
}

type ProxySecret = (typeof PROXY_SECRET)[number];
const PROXY_SECRET = secretParts('proxyPassword');

/** Returns the password of the proxy, or its key in a source, without any other fields. */
export const secretFields = (input: Pick<SmtpConfigInput, ProxySecret>): Pick<SmtpConfigInput, ProxySecret> =>
  Object.fromEntries(PROXY_SECRET.map((name) => [name, input[name]]));

/** Returns how to connect to a server. @param sender the address that mail comes from, if it is known */
export function connectionOf(
  { ehloName, tlsServerName, pinnedCertificate, timeoutScale, localAddress, proxyUrl, proxyUser }: ConnectionFields,
  { proxyPassword = '' }: Secrets,
  options: ResolvedSmtpOptions,
  sender?: string | null,
): ConnectionSettings {
  const address = parseProxyUrl(proxyUrl ?? '');
  const login = proxyUser ? { username: proxyUser, password: proxyPassword } : undefined;
  return {
    ehloName: ehloName ?? options.ehloName,
    sender: sender ?? undefined,
    tlsServerName: tlsServerName ?? undefined,
    pinnedCertificate: splitCertificates(pinnedCertificate)[0],
    timeoutScale: timeoutScale ?? undefined,
    localAddress: localAddress ?? undefined,
    // The CA of the configuration is that of the mail server.
    proxy: address && { ...address, login, ca: options.trustedCa },
  };
}
