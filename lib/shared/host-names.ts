/** The rules for host names and IP addresses, without a resolver. */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const LABEL = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?';
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'i');
const MAX_NAME = 253;

/** True for an IPv4 address in its usual form: four numbers with dots, such as `192.0.2.1`. */
export const isIpv4 = (text: string): boolean => IPV4.test(text);

/** True for an IPv6 address without a zone. */
export const isIpv6 = (text: string): boolean => text.length < 46 && /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);

/** True for a name whose last part is a number. Programs read it as an IPv4 address, each in its own way (URL standard, "ends in a number"). */
export const endsInNumber = (name: string): boolean => /(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/i.test(name);

/** True for the name of a host in ASCII (RFC 1123 §2.1). */
export const isDomainName = (text: string): boolean => text.length <= MAX_NAME && DOMAIN.test(text) && !endsInNumber(text);

/** True for a name that a client may give in EHLO: a host name, `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3). */
export function isEhloName(text: string): boolean {
  const [, literal] = /^\[(.*)\]$/s.exec(text) ?? [];
  if (literal === undefined) return isDomainName(text);
  return isIpv4(literal) || (/^IPv6:/i.test(literal) && isIpv6(literal.slice(5)));
}
