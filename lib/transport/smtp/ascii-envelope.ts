import { domainToASCII } from 'node:url';
import type { Envelope } from '../../message/compose.js';

/**
 * Converts the domains of an envelope to ASCII (RFC 5890): SMTPConnection sends addresses unchanged, and a server without SMTPUTF8
 * accepts only ASCII. `a@bücher.example` is sent as `a@xn--bcher-kva.example`; `original` converts it back for reports.
 */
export function toAsciiEnvelope(envelope: Envelope): { ascii: Envelope; original: (address: string) => string } {
  const ascii = { from: asciiDomain(envelope.from), to: envelope.to.map(asciiDomain) };
  const originals = new Map(ascii.to.map((address, index) => [address, envelope.to[index]!]));
  return { ascii, original: (address) => originals.get(address) ?? address };
}

function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return /[^ -~]/.test(domain) ? `${address.slice(0, at + 1)}${domainToASCII(domain) || domain}` : address;
}
