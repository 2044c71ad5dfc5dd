import { once } from 'node:events';
import type { Socket } from 'node:net';
import { startHandshake } from './handshake.js';
import { connectByHttp } from './http-proxy.js';
import { ProxyFailure } from './proxy-failure.js';
import type { ProxySettings, ProxyTarget } from './proxy-settings.js';
import { connectBySocks } from './socks-proxy.js';

/**
 * Asks a proxy for a connection to an address, and returns the socket to the mail server. Bytes that the proxy sent after its reply
 * are read from the socket first. The caller closes the socket to the proxy when the signal aborts. @throws ProxyFailure
 */
export async function connectThrough(socket: Socket, proxy: ProxySettings, target: ProxyTarget): Promise<Socket> {
  if (proxy.protocol === 'socks5') return connectBySocks(socket, proxy.login, target);
  return connectByHttp(proxy.protocol === 'https' ? await encrypt(socket, proxy) : socket, proxy.login, target);
}

async function encrypt(socket: Socket, { host, ca }: ProxySettings): Promise<Socket> {
  const secure = startHandshake(socket, { host, ca }, () => undefined);
  try {
    await once(secure, 'secureConnect');
  } catch {
    throw new ProxyFailure('proxy_tls');
  }
  secure.on('error', () => undefined);
  return secure;
}
