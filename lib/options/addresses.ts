import { isIPv4, isIPv6 } from 'node:net';

/** The 4 or 16 bytes of an IP address. */
export type AddressBytes = readonly number[];

/** Addresses with the same beginning. */
export interface AddressRange {
  bytes: AddressBytes;
  /** The number of leading bits that they share. */
  prefix: number;
}

/** Reads an IP address, with or without a zone (`%eth0`). Returns undefined for any other string, however a resolver would read it. */
export function bytesOf(address: string): AddressBytes | undefined {
  const text = address.replace(/%.*$/s, '');
  if (isIPv4(text)) return text.split('.').map(Number);
  if (!isIPv6(text)) return undefined;
  const [left, right] = text
    .replace(/[\d.]*\.[\d.]*$/, dottedAsHex)
    .split('::')
    .map(groupsOf) as [number[], number[]?];
  const zeros = Array.from({ length: 8 - left.length - (right?.length ?? 0) }, () => 0);
  return [...left, ...zeros, ...(right ?? [])].flatMap((group) => [group >> 8, group & 0xff]);
}

const groupsOf = (part: string): number[] => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);

function dottedAsHex(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or a single address. Returns undefined for any other string. */
export function rangeOf(text: string): AddressRange | undefined {
  const [, address = '', digits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const bytes = bytesOf(address);
  if (!bytes) return undefined;
  const prefix = digits === undefined ? bytes.length * 8 : Number(digits);
  return prefix <= bytes.length * 8 ? { bytes, prefix } : undefined;
}

export function isWithin(bytes: AddressBytes, range: AddressRange): boolean {
  if (bytes.length !== range.bytes.length) return false;
  return bytes.every((byte, index) => {
    const bits = Math.min(Math.max(range.prefix - index * 8, 0), 8);
    return (byte ^ range.bytes[index]!) >> (8 - bits) === 0;
  });
}

const at =
  (...positions: number[]) =>
  (bytes: AddressBytes): number[] =>
    positions.map((position) => bytes[position]!);
const LAST = at(12, 13, 14, 15);

/** Forms of IPv6 that carry an IPv4 address, to which a router may forward. */
const CARRIERS: { range: AddressRange; carried: ((bytes: AddressBytes) => number[])[]; isGuess?: boolean }[] = (
  [
    // IPv4-mapped (RFC 4291 §2.5.5.2) and IPv4-translated (RFC 2765 §2.1)
    ['::ffff:0:0/96', [LAST]],
    ['::ffff:0:0:0/96', [LAST]],
    // IPv4-compatible (RFC 4291 §2.5.5.1); ::1 is the loopback address
    ['::/96', [LAST], true],
    // NAT64 (RFC 6052), and its prefixes for local use (RFC 8215), whose length only the translator knows
    ['64:ff9b::/96', [LAST]],
    ['64:ff9b:1::/48', [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), LAST], true],
    // 6to4 (RFC 3056)
    ['2002::/16', [at(2, 3, 4, 5)]],
    // Teredo (RFC 4380 §4): its server, and the client with every bit inverted
    ['2001::/32', [at(4, 5, 6, 7), (bytes) => LAST(bytes).map((byte) => byte ^ 0xff)]],
  ] as [string, ((bytes: AddressBytes) => number[])[], boolean?][]
).map(([text, carried, isGuess]) => ({ range: rangeOf(text)!, carried, isGuess }));

/** True for the address of a single host: not 0.0.0.0/8, multicast or reserved. */
const isUnicast = ([first = 0]: AddressBytes): boolean => first > 0 && first < 224;

/** Returns the IPv4 addresses that an IPv6 address carries. */
export function carriedBy(bytes: AddressBytes): AddressBytes[] {
  if (bytes.length === 4) return [];
  const found = CARRIERS.flatMap(({ range, carried, isGuess }) =>
    isWithin(bytes, range) ? carried.map((take) => take(bytes)).filter((ipv4) => !isGuess || isUnicast(ipv4)) : [],
  );
  // ISATAP (RFC 5214 §6.1), under any prefix
  const [high, low, five, efe] = bytes.slice(8);
  if ((high === 0 || high === 2) && low === 0 && five === 0x5e && efe === 0xfe) found.push(LAST(bytes));
  return found;
}
