import { request } from 'node:http';
import type { Socket } from 'node:net';
import { hostAndPort } from '../../shared/proxy-url.js';
import { ProxyFailure } from './proxy-failure.js';
import type { ProxyLogin, ProxyTarget } from './proxy-settings.js';

/** More than a proxy needs for the header of its reply. */
const MAX_HEADER_BYTES = 16_384;
/** The replies to CONNECT of a web server that is no proxy. */
const NOT_A_PROXY: readonly number[] = [400, 404, 405, 501];
/** The proxy does not allow the target. */
const FORBIDDEN: readonly number[] = [403, 451];

/** Connects through an HTTP proxy (CONNECT, RFC 9110 §9.3.6), with Basic authentication. @throws ProxyFailure */
export function connectByHttp(socket: Socket, login: ProxyLogin | undefined, target: ProxyTarget): Promise<Socket> {
  const authority = hostAndPort({ host: target.address, port: target.port });
  const credentials = login && Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return new Promise((resolve, reject) => {
    const asked = request({
      method: 'CONNECT',
      path: authority,
      headers: { Host: authority, ...(credentials && { 'Proxy-Authorization': `Basic ${credentials}` }) },
      setHost: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      createConnection: () => socket,
    });
    // Node reports every reply to CONNECT this way, and a disconnected or foreign service as an error.
    asked.once('connect', ({ statusCode = 0, headers }, _socket, rest) => {
      if (statusCode < 200 || statusCode > 299) return reject(failureOf(statusCode, headers['proxy-authenticate'], login));
      // The greeting of the server may follow at once.
      if (rest.length > 0) socket.unshift(rest);
      resolve(socket);
    });
    asked.once('error', () => reject(new ProxyFailure('not_a_proxy')));
    asked.end();
  });
}

function failureOf(status: number, offered: string | undefined, login: ProxyLogin | undefined): ProxyFailure {
  if (status === 407) {
    if (offered !== undefined && !/(?:^|[\s,])basic\b/i.test(offered)) return new ProxyFailure('proxy_login_method');
    return new ProxyFailure(login ? 'proxy_login' : 'proxy_login_required');
  }
  if (FORBIDDEN.includes(status)) return new ProxyFailure('proxy_refused');
  if (NOT_A_PROXY.includes(status)) return new ProxyFailure('not_a_proxy');
  return new ProxyFailure('proxy_failed', false);
}
