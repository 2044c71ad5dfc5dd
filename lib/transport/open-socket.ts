import { lookup } from 'node:dns';
import { isIP, isIPv6, connect, type Socket } from 'node:net';
import { domainToASCII } from 'node:url';

/** What an address of another family gets before the next one is tried, when its way leads nowhere. */
const OTHER_FAMILY_MS = 1_000;

/** Every address of a host, as the operating system resolves it (hosts file included). */
export function resolveHost(host: string, done: (error: Error | null, addresses?: string[]) => void): void {
  if (isIP(host)) return done(null, [host]);
  lookup(domainToASCII(host) || host, { all: true }, (error, found) =>
    done(
      error,
      found?.map(({ address }) => address),
    ),
  );
}

const NO_WAY = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL']);

/** Of the failures of several addresses the one that tells most: that there is no way over IPv6 says nothing about the others. */
export function tellingFailure(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  const { errors = [] } = error as { errors?: (NodeJS.ErrnoException & { address?: string })[] };
  return errors.find(({ code = '', address = '' }) => !(isIPv6(address) && NO_WAY.has(code))) ?? errors[0] ?? error;
}

/**
 * Starts connecting to the first address that answers, trying the rest in turn: a host whose IPv6 address
 * leads nowhere is still reached over IPv4.
 */
export function openSocket(target: { host: string; port: number; addresses: string[]; connectMs: number }): Socket {
  const { host, port, addresses, connectMs } = target;
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const share = Math.max(Math.floor(connectMs / found.length), 10);
  const isMixed = new Set(found.map(({ family }) => family)).size > 1;
  return connect({
    host,
    port,
    autoSelectFamily: found.length > 1,
    autoSelectFamilyAttemptTimeout: isMixed ? Math.min(OTHER_FAMILY_MS, share) : share,
    lookup: (_name, options, callback) => (options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family)),
  });
}
