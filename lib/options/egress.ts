import { isIP } from 'node:net';
import { canonicalHost } from '../secret/secret-destination.js';
import { type AddressBytes, type AddressRange, bytesOf, carriedBy, isWithin, rangeOf } from './addresses.js';
import { badOption, type Check, checkOptions, shown } from './option-checker.js';

/** Mail servers, and proxies to them, that the application may connect to. */
export interface EgressOptions {
  /**
   * The only servers to connect to: addresses (`192.0.2.25`), networks (`192.0.2.0/24`, `2001:db8::/32`) and host names
   * (`smtp.example.com`; `*.example.com` for every name below `example.com`). @default any
   */
  allow?: string[];
  /** Addresses and networks that the application never connects to, even if `allow` contains them. @default [] */
  deny?: string[];
  /** The only ports to connect to. @default any */
  ports?: number[];
}

/** A connection about to be opened: the server as it was named, and one of its addresses. */
interface Destination {
  host: string;
  port: number;
  address: string;
}

/** Always refused: these addresses have no mail server, but some of them serve the credentials of a cloud machine. */
const NEVER = [
  // "This network" (RFC 1122 §3.2.1.3): the machine itself, on most systems
  '0.0.0.0/8',
  '::/128',
  // Link-local: the metadata service of AWS, Azure, Google Cloud, Oracle Cloud, OpenStack and others
  '169.254.0.0/16',
  'fe80::/10',
  // Metadata services elsewhere: AWS, Google Cloud, Oracle Cloud, Linode, Scaleway, Alibaba Cloud, Oracle Cloud, Azure
  'fd00:ec2::/32',
  'fd20:ce::254',
  'fd00:c1::a9fe:a9fe',
  'fd00:a9fe:a9fe::1',
  'fd00:42::42',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  // Multicast, reserved and broadcast
  '224.0.0.0/4',
  '240.0.0.0/4',
  'ff00::/8',
].map((text) => rangeOf(text)!);
const IPV4_MAPPED = rangeOf('::ffff:0:0/96')!;

interface Rules {
  allow: { ranges: AddressRange[]; names: string[] } | undefined;
  deny: AddressRange[];
  ports: ReadonlySet<number> | undefined;
}

/** Decides which mail servers may be connected to. */
export class Egress {
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  permitsPort(port: number): boolean {
    return this.#rules.ports?.has(port) ?? true;
  }

  /** True if the application may connect to an address of a server. Also checks every IPv4 address that it carries. */
  permits({ host, port, address }: Destination): boolean {
    const { allow, deny } = this.#rules;
    const bytes = bytesOf(address);
    if (!bytes || !this.permitsPort(port)) return false;
    const carried = carriedBy(bytes);
    if ([bytes, ...carried].some((reading) => isAmong(NEVER, reading) || isAmong(deny, reading))) return false;
    if (!allow) return true;
    if (allow.names.some((name) => isNamed(host, name)) || isAmong(allow.ranges, bytes)) return true;
    return carried.length > 0 && carried.every((reading) => isAmong(allow.ranges, reading));
  }

  /** Returns the refused field, as far as it is known before the host name is resolved. */
  refusedField(host: string, port: number): 'host' | 'port' | undefined {
    if (!this.permitsPort(port)) return 'port';
    const address = canonicalHost(host);
    return isIP(address) && !this.permits({ host, port, address }) ? 'host' : undefined;
  }
}

const isAmong = (ranges: readonly AddressRange[], bytes: AddressBytes): boolean => ranges.some((range) => isWithin(bytes, range));

function isNamed(host: string, name: string): boolean {
  const text = canonicalHost(host).replace(/\.$/, '');
  return name.startsWith('*.') ? text.endsWith(name.slice(1)) && text.length >= name.length : text === name;
}

const ADDRESS = 'Pass an address such as "192.0.2.25" or a network such as "192.0.2.0/24"';

/** Checks the option `egress`. */
export const egress: Check<Egress> = (given, option) =>
  new Egress(checkOptions<Rules>(given, { allow: [allowed, undefined], deny: [denied, []], ports: [portsOf, undefined] }, option));

/** Checks the option `egress` outside of the module. @throws MailError `OPTIONS` naming the option and the remedy */
export const resolveEgress = (given: EgressOptions = {}): Egress => egress(given, 'egress');

function allowed(value: unknown, option: string): Rules['allow'] {
  if (value === undefined) return undefined;
  const ranges: AddressRange[] = [];
  const names: string[] = [];
  for (const [index, entry] of filled(value, option).entries()) {
    const place = `${option}[${index}]`;
    const range = asRange(entry, place);
    const name = range ? undefined : asName(entry);
    if (range && NEVER.some((never) => never.prefix <= range.prefix && isWithin(range.bytes, never)))
      throw badOption(place, `is ${shown(entry)}`, 'Leave it out: link-local, metadata and reserved addresses are never allowed.');
    if (range) ranges.push(range);
    else if (name) names.push(name);
    else throw badOption(place, `is ${shown(entry)}`, `${ADDRESS}, or a host name such as "smtp.example.com" or "*.example.com".`);
  }
  return { ranges, names };
}

function denied(value: unknown, option: string): AddressRange[] {
  return Array.from(list(value, option), (entry, index) => {
    const place = `${option}[${index}]`;
    const range = asRange(entry, place);
    if (range) return range;
    if (asName(entry)) throw badOption(place, `is a name: ${shown(entry)}`, `${ADDRESS}: another name may lead to the same server.`);
    throw badOption(place, `is ${shown(entry)}`, `${ADDRESS}.`);
  });
}

function asRange(entry: unknown, option: string): AddressRange | undefined {
  const range = typeof entry === 'string' ? rangeOf(entry) : undefined;
  if (range && range.prefix >= IPV4_MAPPED.prefix && isWithin(range.bytes, IPV4_MAPPED))
    throw badOption(option, `is ${shown(entry)}`, 'Write it as IPv4: it is checked in every form that IPv6 has for it.');
  return range;
}

/**
 * Returns the canonical form of a host name; undefined for any other string, and for one that a resolver may read as an address
 * (`0x7f.1`).
 */
function asName(entry: unknown): string | undefined {
  if (typeof entry !== 'string') return undefined;
  const [, star = '', rest = ''] = /^(\*\.)?(.*)$/s.exec(entry) ?? [];
  const name = canonicalHost(rest);
  return isIP(name) || !/^(?:[\w-]{1,63}\.)*[\w-]{1,63}$/.test(name) ? undefined : `${star}${name}`;
}

function portsOf(value: unknown, option: string): Rules['ports'] {
  if (value === undefined) return undefined;
  return new Set(
    Array.from(filled(value, option), (port, index) => {
      if (Number.isInteger(port) && (port as number) >= 1 && (port as number) <= 65_535) return port as number;
      throw badOption(`${option}[${index}]`, `is ${shown(port)}`, 'Pass a whole number from 1 to 65535.');
    }),
  );
}

/** Returns a list as it was given. A sparse list may claim billions of entries, so the caller stops reading at the first invalid one. */
function list(value: unknown, option: string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw badOption(option, 'is not a list', 'Pass a list.');
}

function filled(value: unknown, option: string): unknown[] {
  const entries = list(value, option);
  if (entries.length > 0) return entries;
  throw badOption(option, 'is empty, so nothing could be sent', 'Leave it out to allow any.');
}
