import { hostname } from 'node:os';
import { domainToASCII } from 'node:url';
import { isDomainName, isIpv4, isIpv6 } from '../../shared/host-names.js';

/** Domains that only one machine or one local network knows (RFC 6761, RFC 6762). */
const LOCAL = /\.(?:local|localdomain|localhost)$/i;

/** The names for EHLO, the first one that exists. */
export interface EhloNames {
  /** Set by an admin, or by the option `ehloName`. */
  ehloName?: string;
  /** The address that mail comes from. */
  sender?: string;
}

/**
 * Returns the name that this machine gives in EHLO: the one that was set, the machine's fully qualified name, the sender's domain, or
 * else the address of the connection (RFC 5321 §4.1.4). Many servers refuse any other name.
 * @param localAddress the address of this machine in the connection
 */
export function ehloNameFor({ ehloName, sender = '' }: EhloNames, localAddress = '', machine = hostname()): string {
  if (ehloName) return ehloName;
  if (isQualified(machine)) return machine;
  const domain = domainToASCII(sender.slice(sender.lastIndexOf('@') + 1));
  return sender.includes('@') && isQualified(domain) ? domain : addressLiteral(localAddress);
}

const isQualified = (name: string): boolean => name.includes('.') && isDomainName(name) && !LOCAL.test(name);

function addressLiteral(address: string): string {
  const text = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/s, '');
  if (isIpv6(text)) return `[IPv6:${text}]`;
  return isIpv4(text) ? `[${text}]` : '[127.0.0.1]';
}
