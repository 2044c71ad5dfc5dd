import { isIPv6, type Socket } from 'node:net';
import { bytesOf } from '../../options/addresses.js';
import { ProxyFailure } from './proxy-failure.js';
import type { ProxyLogin, ProxyTarget } from './proxy-settings.js';

const VERSION = 5;
const WITHOUT_LOGIN = 0;
const WITH_PASSWORD = 2;
const NO_METHOD = 0xff;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
/** The user name and the password have one byte for their length. */
const MAX_LOGIN_BYTES = 255;
const NOT_ALLOWED = 2;
/** The proxy supports no connections, or not this kind of address. */
const UNSUPPORTED: readonly number[] = [7, 8];

/**
 * Connects through a SOCKS5 proxy (RFC 1928), with a user name and a password (RFC 1929). The proxy gets an address, never a name,
 * because `egress` has decided about the address. @throws ProxyFailure
 */
export async function connectBySocks(socket: Socket, login: ProxyLogin | undefined, target: ProxyTarget): Promise<Socket> {
  const methods = login ? [WITHOUT_LOGIN, WITH_PASSWORD] : [WITHOUT_LOGIN];
  socket.write(Uint8Array.from([VERSION, methods.length, ...methods]));
  const [version, method] = await take(socket, 2);
  if (version !== VERSION) throw new ProxyFailure('not_a_proxy');
  if (method === NO_METHOD) throw new ProxyFailure(login ? 'proxy_login_method' : 'proxy_login_required');
  if (method === WITH_PASSWORD && login) await logIn(socket, login);
  else if (method !== WITHOUT_LOGIN) throw new ProxyFailure('not_a_proxy');

  const { address, port } = target;
  const type = isIPv6(address) ? IPV6 : IPV4;
  socket.write(Uint8Array.from([VERSION, CONNECT, 0, type, ...bytesOf(address)!, port >> 8, port & 0xff]));
  const [replied, status, , bound] = await take(socket, 4);
  if (replied !== VERSION) throw new ProxyFailure('not_a_proxy');
  if (status !== 0) throw failureOf(status!);
  await take(socket, (await lengthOf(socket, bound!)) + 2);
  return socket;
}

async function logIn(socket: Socket, { username, password }: ProxyLogin): Promise<void> {
  const [user, word] = [Buffer.from(username), Buffer.from(password)];
  if (user.length > MAX_LOGIN_BYTES || word.length > MAX_LOGIN_BYTES) throw new ProxyFailure('proxy_login');
  socket.write(Buffer.concat([Uint8Array.from([1, user.length]), user, Uint8Array.from([word.length]), word]));
  const [, status] = await take(socket, 2);
  if (status !== 0) throw new ProxyFailure('proxy_login');
}

/** Returns the length of the address that the proxy connects from, which is not used. */
async function lengthOf(socket: Socket, type: number): Promise<number> {
  if (type === IPV4) return 4;
  if (type === IPV6) return 16;
  if (type === NAME) return (await take(socket, 1))[0]!;
  throw new ProxyFailure('not_a_proxy');
}

function failureOf(status: number): ProxyFailure {
  if (status === NOT_ALLOWED) return new ProxyFailure('proxy_refused');
  return UNSUPPORTED.includes(status) ? new ProxyFailure('not_a_proxy') : new ProxyFailure('proxy_failed', false);
}

/** Reads so many bytes, and leaves those behind them in the socket. */
function take(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const end = (chunk?: Buffer) => {
      socket.off('readable', onReadable).off('close', onClose);
      if (chunk?.length === length) resolve(chunk);
      else reject(new ProxyFailure('not_a_proxy'));
    };
    const onClose = () => end();
    const onReadable = () => {
      const chunk = socket.read(length) as Buffer | null;
      // The last bytes before the end of the connection may be fewer.
      if (chunk !== null) end(chunk);
    };
    socket.on('readable', onReadable).on('close', onClose);
    if (socket.destroyed) end();
    else onReadable();
  });
}
