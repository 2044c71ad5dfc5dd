import { lookup } from 'node:dns';
import { isIP, isIPv6, connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { domainToASCII } from 'node:url';
import { endsInNumber } from '../../shared/host-names.js';
import type { Egress } from '../../options/egress.js';
import type { AddressOrder } from './address-order.js';
import { connectThrough } from './proxy.js';
import { ProxyFailure } from './proxy-failure.js';
import type { ProxySettings } from './proxy-settings.js';
import { expired, type Race, race } from './race.js';

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
/** The same through a proxy, which connects to the proxy and from there to the address. */
const NEXT_THROUGH_PROXY_MS = 3_000;

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
  /** The proxy to go through. @default none */
  proxy?: ProxySettings;
  /** Remembers the addresses that did not answer. */
  order: AddressOrder;
  /** Closes every socket that is not connected yet. */
  signal: AbortSignal;
}

/** A connection, and the address of the mail server that it leads to. */
export interface OpenedSocket {
  socket: Socket;
  address: string;
}

/**
 * Opens a connection to a mail server; no other code does. Tries the permitted addresses side by side, so that a host whose IPv6
 * address does not work is reached over IPv4. Without a permitted address it fails with {@link REFUSED_BY_EGRESS}, and nothing is
 * sent. A proxy must be permitted as well, and is given the permitted address, not the name. An address of the other family than the
 * local one cannot be connected to.
 */
export async function openSocket(target: SocketTarget): Promise<OpenedSocket> {
  return target.proxy ? openThroughProxy(target, target.proxy) : openDirectly(target);
}

function permittedOf({ host, port, addresses, egress }: SocketTarget): string[] {
  const permitted = addresses.filter((address) => egress.permits({ host, port, address }));
  if (permitted.length === 0) throw coded(REFUSED_BY_EGRESS, 'Refused by "egress"');
  return permitted;
}

async function openDirectly(target: SocketTarget): Promise<OpenedSocket> {
  const { port, localAddress } = target;
  const usable = permittedOf(target).filter((address) => localAddress === undefined || isIPv6(address) === isIPv6(localAddress));
  if (usable.length === 0) throw coded(NO_SUCH_FAMILY, 'No address of the family of the local address');
  const attempt = (address: string, signal: AbortSignal) => connectTo({ host: address, port, localAddress, signal });
  return openAny(usable, target, { attempt, nextAfterMs: NEXT_ADDRESS_MS });
}

async function openThroughProxy(target: SocketTarget, proxy: ProxySettings): Promise<OpenedSocket> {
  const permitted = permittedOf(target);
  const deadline = performance.now() + target.connectMs;
  const addresses = await resolveProxy(proxy.host, target);
  const connectMs = Math.max(deadline - performance.now(), 0);
  const attempt = async (address: string, signal: AbortSignal): Promise<Socket> => {
    const { socket } = await openDirectly({ ...target, host: proxy.host, port: proxy.port, addresses, connectMs, signal }).catch(
      toProxyFailure,
    );
    if (signal.aborted) socket.destroy();
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    try {
      return await connectThrough(socket, proxy, { address, port: target.port });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
  const isFinal = (error: Error) => !(error instanceof ProxyFailure) || error.isFinal;
  return openAny(permitted, { ...target, connectMs }, { attempt, nextAfterMs: NEXT_THROUGH_PROXY_MS, isFinal });
}

/** Tries addresses, and remembers those that did not answer. */
async function openAny(
  addresses: readonly string[],
  { connectMs, order, signal }: SocketTarget,
  { nextAfterMs, ...how }: Pick<Race, 'attempt' | 'nextAfterMs' | 'isFinal'>,
): Promise<OpenedSocket> {
  const sorted = order.sort(addresses);
  const afterMs = Math.min(nextAfterMs, connectMs / sorted.length);
  const { connected, failed, errors } = await race({ ...how, addresses: sorted, nextAfterMs: afterMs, limitMs: connectMs, signal });
  for (const address of failed) order.addUnanswered(address);
  if (!connected) throw mostInformativeError(errors);
  order.addAnswered(connected.address);
  return connected;
}

/** Returns the addresses of a proxy. The system's resolver cannot be stopped, only its reply ignored. */
function resolveProxy(host: string, { connectMs, signal }: SocketTarget): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => reject(expired(connectMs)), connectMs);
    signal.addEventListener('abort', stop, { once: true });
    resolveHost(host, (_error, found) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (found) resolve(found);
      else reject(new ProxyFailure('proxy_unreachable'));
    });
  });
}

/** Converts a failure to connect to the proxy. A wrong local address and a deadline have diagnoses of their own. @throws the failure */
function toProxyFailure(error: NodeJS.ErrnoException): never {
  if (error.code === NO_SUCH_FAMILY || error.code === 'ETIMEDOUT' || error.syscall === 'bind') throw error;
  throw new ProxyFailure(error.code === REFUSED_BY_EGRESS ? 'proxy_egress' : 'proxy_unreachable');
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
