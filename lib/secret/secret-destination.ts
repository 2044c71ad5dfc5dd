import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * A recipient of a secret or of a token made from it: an SMTP server that receives the secret as a password, one of
 * Microsoft's clouds (its sign-in, Graph and its own SMTP servers), or an SMTP server outside that cloud that receives a token.
 */
export type SecretDestination =
  { kind: 'smtp'; host: string; port: number } | { kind: 'graph'; cloud: string } | { kind: 'token'; host: string; port: number };

/** An entry of `destinations`; without a port or cloud it covers all of them. */
type Allowed = { kind: 'smtp'; host: string; port?: number } | { kind: 'graph'; cloud?: string };

/** Parses an entry of `destinations`; undefined for any other value. */
export function parseDestination(entry: unknown): Allowed | undefined {
  if (typeof entry !== 'string') return undefined;
  const text = entry.trim();
  const graph = /^graph(?::([\w-]+))?$/i.exec(text);
  if (graph) return { kind: 'graph', cloud: graph[1]?.toLowerCase() };
  if (isIPv6(text)) return { kind: 'smtp', host: canonicalHost(text) };
  const [, literal, name, port] = /^(?:\[([^\]]+)\]|([^\s:/@?#[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if ((literal !== undefined && !isIPv6(literal)) || !(literal ?? name)) return undefined;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  return { kind: 'smtp', host: canonicalHost(literal ?? name!), port: port === undefined ? undefined : Number(port) };
}

/**
 * True if a secret with these `destinations` may be sent there. Without any, the secret may be sent anywhere, and its tokens within
 * their own cloud.
 */
export function maySendTo(destinations: readonly string[] | undefined, to: SecretDestination): boolean {
  if (destinations === undefined) return to.kind !== 'token';
  return destinations.some((entry) => covers(parseDestination(entry), to));
}

function covers(allowed: Allowed | undefined, to: SecretDestination): boolean {
  if (allowed?.kind === 'graph' && to.kind === 'graph') return allowed.cloud === undefined || allowed.cloud === to.cloud.toLowerCase();
  if (allowed?.kind !== 'smtp' || to.kind === 'graph') return false;
  return allowed.host === canonicalHost(to.host) && (allowed.port === undefined || allowed.port === to.port);
}

/** Returns the canonical form of a host: lower-case ASCII, IPv6 in its shortest form. */
export function canonicalHost(host: string): string {
  const text = host.trim().toLowerCase();
  // A URL cannot contain a zone (`fe80::1%eth0`).
  if (isIPv6(text) && !text.includes('%')) return new URL(`http://[${text}]`).hostname.slice(1, -1);
  return domainToASCII(text) || text;
}
