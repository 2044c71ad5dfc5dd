import { isDomainName, isIpv4, isIpv6 } from './host-names.js';

/** The protocols of proxies: HTTP CONNECT, the same over TLS, and SOCKS5. */
export type ProxyProtocol = 'http' | 'https' | 'socks5';

/** A proxy, as its URL names it. An IPv6 address has no brackets. */
export interface ProxyAddress {
  protocol: ProxyProtocol;
  host: string;
  port: number;
}

const URL_FORM = /^(https?|socks5):\/\/(?:\[([^\]]+)\]|([^[\]:/@?#\s]+)):(\d{1,5})\/?$/i;

/**
 * Reads the URL of a proxy, such as `http://proxy.example.com:3128`; undefined for any other text. The port is never left out, because
 * proxies have no usual one. A login does not belong into the URL, which is shown.
 */
export function parseProxyUrl(text: string): ProxyAddress | undefined {
  const [, protocol = '', literal, name = '', digits] = URL_FORM.exec(text) ?? [];
  const host = (literal ?? name).toLowerCase();
  const port = Number(digits);
  const isHost = literal === undefined ? isDomainName(host) || isIpv4(host) : isIpv6(host);
  if (!isHost || port < 1 || port > 65_535) return undefined;
  return { protocol: protocol.toLowerCase() as ProxyProtocol, host, port };
}

/** Returns the usual form of a proxy's URL; a text that is none stays as it is. */
export function cleanProxyUrl(text: string): string {
  const proxy = parseProxyUrl(text);
  return proxy ? `${proxy.protocol}://${hostAndPort(proxy)}` : text;
}

/** Returns a host with its port, and an IPv6 address in brackets. */
export const hostAndPort = ({ host, port }: Pick<ProxyAddress, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
