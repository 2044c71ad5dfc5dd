import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/** Where a secret is sent: an SMTP server, or Microsoft's sign-in for Graph in one of its clouds. */
export type SecretDestination = { kind: 'smtp'; host: string; port: number } | { kind: 'graph'; cloud: string };

/** What an entry of `destinations` stands for; without a port or cloud, for all of them. */
type Allowed = { kind: 'smtp'; host: string; port?: number } | { kind: 'graph'; cloud?: string };

/** Reads an entry of `destinations`; undefined when it is none. */
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

/** Whether a secret with these `destinations` may be sent there; one without any may go anywhere. */
export function maySendTo(destinations: readonly string[] | undefined, to: SecretDestination): boolean {
  return destinations === undefined || destinations.some((entry) => covers(parseDestination(entry), to));
}

function covers(allowed: Allowed | undefined, to: SecretDestination): boolean {
  if (allowed?.kind === 'graph' && to.kind === 'graph') return allowed.cloud === undefined || allowed.cloud === to.cloud.toLowerCase();
  if (allowed?.kind !== 'smtp' || to.kind !== 'smtp') return false;
  return allowed.host === canonicalHost(to.host) && (allowed.port === undefined || allowed.port === to.port);
}

/** One spelling for the same host: lower-case ASCII, IPv6 in its shortest form. */
export function canonicalHost(host: string): string {
  const text = host.trim().toLowerCase();
  // A zone (`fe80::1%eth0`) has no place in a URL.
  if (isIPv6(text) && !text.includes('%')) return new URL(`http://[${text}]`).hostname.slice(1, -1);
  return domainToASCII(text) || text;
}
