import { domainToASCII } from 'node:url';
import type { Envelope } from '../../message/compose.js';
import { splitAddress, standardLocalPart } from '../../shared/addresses.js';

/**
 * Writes the addresses of an envelope as a server expects them: the domain in ASCII (RFC 5890), because a server without SMTPUTF8
 * accepts nothing else, and an unusual local part between quotes. `a..b@bücher.example` is sent as
 * `"a..b"@xn--bcher-kva.example`; `original` converts it back for reports.
 */
export function toAsciiEnvelope(envelope: Envelope): { ascii: Envelope; original: (address: string) => string } {
  const ascii = { ...envelope, from: toWire(envelope.from), to: envelope.to.map(toWire) };
  const originals = new Map(ascii.to.map((address, index) => [address, envelope.to[index]!]));
  return { ascii, original: (address) => originals.get(address) ?? address };
}

function toWire(address: string): string {
  const { local, domain } = splitAddress(address);
  if (local === '') return address;
  return `${standardLocalPart(local)}@${/[^ -~]/.test(domain) ? domainToASCII(domain) || domain : domain}`;
}
