import { lookup } from 'node:dns';
import { isIP, isIPv6, connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { domainToASCII } from 'node:url';
import { endsInNumber } from '../../shared/host-names.js';
import type { Egress } from '../../options/egress.js';
import type { AddressOrder } from './address-order.js';
import { race } from './race.js';

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

/**
 * Returns the most informative error of several addresses: that of one that was reached, else of one that was not. A missing IPv6
 * route says the least.
 */
export function mostInformativeError(errors: readonly NodeJS.ErrnoException[]): NodeJS.ErrnoException {
  return [...errors].sort((one, other) => ignorance(one) - ignorance(other))[0]!;
}

function ignorance({ code = '', address = '' }: NodeJS.ErrnoException & { address?: string }): number {
  if (NO_ROUTE.has(code)) return isIPv6(address) ? 3 : 2;
  return code === 'ETIMEDOUT' ? 1 : 0;
}

/** The error code if `egress` permits none of the addresses. */
export const REFUSED_BY_EGRESS = 'ERR_EGRESS';

/** The error code if the host has no address of the family of the local address. */
export const NO_SUCH_FAMILY = 'ERR_LOCAL_FAMILY';

/** The time after which the next address is tried as well (RFC 8305 §8). */
const NEXT_ADDRESS_MS = 250;

interface SocketTarget {
  host: string;
  port: number;
  /** The addresses of the host, which is not resolved again. */
  addresses: string[];
  /** The time for all addresses together. */
  connectMs: number;
  egress: Egress;
  /** The address of this machine to connect from. */
  localAddress?: string;
  /** What is known about the addresses. */
  order: AddressOrder;
  /** Closes every socket that is not connected yet. */
  signal: AbortSignal;
}

/**
 * Opens a connection to a mail server; no other code does. Tries the permitted addresses side by side, so that a host whose IPv6
 * address does not work is reached over IPv4. Without a permitted address it fails with {@link REFUSED_BY_EGRESS}, and nothing is
 * sent. An address of the other family than the local one cannot be connected to.
 */
export async function openSocket({ host, port, addresses, connectMs, egress, localAddress, order, signal }: SocketTarget): Promise<Socket> {
  const permitted = addresses.filter((address) => egress.permits({ host, port, address }));
  if (permitted.length === 0) throw coded(REFUSED_BY_EGRESS, 'Refused by "egress"');
  const usable = permitted.filter((address) => localAddress === undefined || isIPv6(address) === isIPv6(localAddress));
  if (usable.length === 0) throw coded(NO_SUCH_FAMILY, 'No address of the family of the local address');
  const sorted = order.sort(usable);
  const { connected, failed, errors } = await race({
    addresses: sorted,
    attempt: (address, stop) => connectTo({ host: address, port, localAddress, signal: stop }),
    nextAfterMs: Math.min(NEXT_ADDRESS_MS, connectMs / sorted.length),
    limitMs: connectMs,
    signal,
  });
  for (const address of failed) order.addUnanswered(address);
  if (!connected) throw mostInformativeError(errors);
  order.addAnswered(connected.address);
  return connected.socket;
}

/** Connects to one address. */
function connectTo(options: TcpNetConnectOpts): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => resolve(socket));
    // Also without another listener, an error must not end the process.
    socket.on('error', reject);
  });
}

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
