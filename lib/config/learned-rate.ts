import { createHash } from 'node:crypto';
import { domainOf } from '../message/mailbox.js';

/** The time in which the learned rate doubles while the server does not refuse it. */
const DOUBLES_MS = 600_000;
/** The time after which a rate that the server never refused is forgotten. */
export const FORGOTTEN_MS = 3_600_000;

/** Returns a learned rate after some time without a refusal; undefined once it is forgotten. */
export function grownRate(learned: number, elapsedMs: number): number | undefined {
  return elapsedMs > FORGOTTEN_MS ? undefined : learned * (1 + Math.max(0, elapsedMs) / DOUBLES_MS);
}

/** Returns a digest of the domains of some addresses: others only compare them. */
export function domainsOf(addresses: readonly string[]): string {
  const domains = [...new Set(addresses.map(domainOf))].toSorted().join(' ');
  return createHash('sha256').update(domains).digest('base64url').slice(0, 22);
}
