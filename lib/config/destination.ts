import type { ResolvedGraph } from '../options/graph.js';
import { canonicalHost } from '../secret/secret-destination.js';
import type { SecretUse } from '../secret/secret-use.js';
import {
  CERTIFICATE_NAMES,
  DESTINATION_NAMES,
  type DestinationName,
  destinationNames,
  type SecretColumn,
  type SmtpConfigType,
} from '../shared/config-fields.js';
import { cleanProxyUrl } from '../shared/proxy-url.js';
import { certificateFingerprints } from './ca-certificate.js';
import type { LoginSettings, StoredSettings, UseSettings } from './kinds/kind.js';
import { findKind, kindOf } from './kinds/kinds.js';

/** The fields that decide where a secret is sent. */
export type Destination = Pick<StoredSettings, DestinationName>;

/** Returns the secrets that a configuration needs; none for an unknown kind. */
export function secretsOf(config: LoginSettings & { type: SmtpConfigType }): readonly SecretColumn[] {
  return findKind(config.type)?.secrets(config) ?? [];
}

/** True for a configuration that signs in at Microsoft with a tenant and a client. */
export function usesEntra(config: LoginSettings & { type: SmtpConfigType }): boolean {
  return secretsOf(config).includes('clientSecret');
}

/** Describes what a configuration does with a secret. @throws MailError `CONFIG_INVALID` for an unknown kind */
export function secretUse(config: UseSettings & { type: SmtpConfigType }, secret: SecretColumn, graph: ResolvedGraph): SecretUse {
  return kindOf(config.type).secretUse(config, secret, graph);
}

/**
 * Returns a destination, or that of one secret, in canonical form: the same destination always yields the same list, and different ones never do. The list
 * contains names and values without empty fields, so that adding a field later does not change existing destinations. Host names
 * are in lower-case ASCII, and certificates are the list of their fingerprints.
 */
export function canonicalDestination(config: Destination, secret?: SecretColumn): (string | number)[] {
  return (secret ? destinationNames(secret) : DESTINATION_NAMES).toSorted().flatMap((name) => {
    const value = config[name];
    if (value === null || value === undefined || value === '') return [];
    return [name, CANONICAL[name]?.(String(value)) ?? value];
  });
}

const CANONICAL: { readonly [Name in DestinationName]?: (value: string) => string } = {
  host: canonicalHost,
  tlsServerName: canonicalHost,
  ...Object.fromEntries(CERTIFICATE_NAMES.map((name) => [name, canonicalPem])),
  proxyUrl: cleanProxyUrl,
};

/** No secret is ever sealed for a damaged certificate. */
function canonicalPem(pem: string): string {
  return certificateFingerprints(pem)?.join(' ') ?? 'unreadable';
}

/** Returns the context that a sealed secret is bound to: its row, its column and its destination. */
export function sealingContext(config: Destination & { id: string }, column: SecretColumn): (string | number)[] {
  return ['smtp_config', config.id, column, ...canonicalDestination(config, column)];
}

/** True if both have the same destination, or the same destination of one secret. */
export function isSameDestination(one: Destination, other: Destination, secret?: SecretColumn): boolean {
  return JSON.stringify(canonicalDestination(one, secret)) === JSON.stringify(canonicalDestination(other, secret));
}
