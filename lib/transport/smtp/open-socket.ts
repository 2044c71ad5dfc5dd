import { lookup } from 'node:dns';
import { isIP, isIPv6, connect, Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Egress } from '../../options/egress.js';

/** The time for an address before one of another family is tried. */
const OTHER_FAMILY_MS = 1_000;

/** Resolves a host to all its addresses, as the operating system does (hosts file included). */
export function resolveHost(host: string, done: (error: Error | null, addresses?: string[]) => void): void {
  if (isIP(host)) return done(null, [host]);
  lookup(domainToASCII(host) || host, { all: true }, (error, found) =>
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

interface SocketTarget {
  host: string;
  port: number;
  /** The addresses of the host, which is not resolved again. */
  addresses: string[];
  connectMs: number;
  egress: Egress;
}

/**
 * Opens a connection to a mail server; no other code does. Tries the permitted addresses in turn, so that a host whose IPv6 address
 * does not work is still reached over IPv4. Without a permitted address the socket fails with {@link REFUSED_BY_EGRESS}, and
 * nothing is sent.
 */
export function openSocket({ host, port, addresses, connectMs, egress }: SocketTarget): Socket {
  const permitted = addresses.filter((address) => egress.permits({ host, port, address }));
  if (permitted.length === 0) return new Socket().destroy(Object.assign(new Error('Refused by "egress"'), { code: REFUSED_BY_EGRESS }));
  const found = permitted.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const share = Math.max(Math.floor(connectMs / found.length), 10);
  const isMixed = new Set(found.map(({ family }) => family)).size > 1;
  return connect({
    // Node connects to an IP literal without calling `lookup`.
    host: isIP(host) ? permitted[0] : host,
    port,
    autoSelectFamily: found.length > 1,
    autoSelectFamilyAttemptTimeout: isMixed ? Math.min(OTHER_FAMILY_MS, share) : share,
    lookup: (_name, options, callback) => (options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family)),
  });
}
