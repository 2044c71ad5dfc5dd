import { lookup } from 'node:dns';
import { isIP, isIPv6, connect, Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import { endsInNumber } from '../../shared/host-names.js';
import type { Egress } from '../../options/egress.js';

/** The time for an address before one of another family is tried. */
const OTHER_FAMILY_MS = 1_000;

/**
 * Resolves a host to all its addresses, as the operating system does (hosts file included). A number that a resolver would read as an
 * IPv4 address, such as `127.1`, is the name of no host.
 */
export function resolveHost(host: string, done: (error: Error | null, addresses?: string[]) => void): void {
  if (isIP(host)) return done(null, [host]);
  const name = domainToASCII(host) || host;
  if (endsInNumber(host) || isIP(name)) return done(Object.assign(new Error('Not a host name'), { code: 'ENOTFOUND' }));
  lookup(name, { all: true }, (error, found) =>
    done(
      error,
      found?.map(({ address }) => address),
    ),
  );
}

const NO_ROUTE = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL']);

/** Returns the most informative error of several addresses: a missing IPv6 route says nothing about the others. */
export function mostInformativeError(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  const { errors = [] } = error as { errors?: (NodeJS.ErrnoException & { address?: string })[] };
  return errors.find(({ code = '', address = '' }) => !(isIPv6(address) && NO_ROUTE.has(code))) ?? errors[0] ?? error;
}

/** The error code if `egress` permits none of the addresses. */
export const REFUSED_BY_EGRESS = 'ERR_EGRESS';

/** The error code if the host has no address of the family of the local address. */
export const NO_SUCH_FAMILY = 'ERR_LOCAL_FAMILY';

interface SocketTarget {
  host: string;
  port: number;
  /** The addresses of the host, which is not resolved again. */
  addresses: string[];
  connectMs: number;
  egress: Egress;
  /** The address of this machine to connect from. */
  localAddress?: string;
}

/** Returns a socket that has failed. */
const failed = (code: string, message: string): Socket => new Socket().destroy(Object.assign(new Error(message), { code }));

/**
 * Opens a connection to a mail server; no other code does. Tries the permitted addresses in turn, so that a host whose IPv6 address
 * does not work is still reached over IPv4. Without a permitted address the socket fails with {@link REFUSED_BY_EGRESS}, and
 * nothing is sent. An address of the other family than the local one cannot be connected to.
 */
export function openSocket({ host, port, addresses, connectMs, egress, localAddress }: SocketTarget): Socket {
  const permitted = addresses.filter((address) => egress.permits({ host, port, address }));
  if (permitted.length === 0) return failed(REFUSED_BY_EGRESS, 'Refused by "egress"');
  const found = permitted
    .filter((address) => localAddress === undefined || isIPv6(address) === isIPv6(localAddress))
    .map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  if (found.length === 0) return failed(NO_SUCH_FAMILY, 'No address of the family of the local address');
  const share = Math.max(Math.floor(connectMs / found.length), 10);
  const isMixed = new Set(found.map(({ family }) => family)).size > 1;
  return connect({
    // Node connects to an IP literal without calling `lookup`.
    host: isIP(host) ? found[0]!.address : host,
    port,
    localAddress,
    autoSelectFamily: found.length > 1,
    autoSelectFamilyAttemptTimeout: isMixed ? Math.min(OTHER_FAMILY_MS, share) : share,
    lookup: (_name, options, callback) => (options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family)),
  });
}
