import { canonicalHost, type SecretDestination, maySendTo } from '../secret/secret-destination.js';
import type { SecretUse } from '../secret/secret-use.js';
import { fingerprints } from '../options/certificates.js';
import type { ResolvedGraph } from '../options/graph.js';
import { caProblem } from './ca-certificate.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** The fields that decide where a secret is sent. */
export type Destination = Pick<
  SmtpConfig,
  'type' | 'host' | 'port' | 'security' | 'authMethod' | 'username' | 'caCertificate' | 'tenantId' | 'clientId' | 'graphCloud'
>;

/** The columns that hold ciphers. */
export type SecretColumn = 'password' | 'clientSecret';
export const SECRET_COLUMNS: readonly SecretColumn[] = ['password', 'clientSecret'];

/** The secrets a configuration needs; any other one does not apply. */
export function secretsOf({ type, authRequired, authMethod }: Pick<SmtpConfig, 'type' | 'authRequired' | 'authMethod'>): SecretColumn[] {
  if (type === 'ms_graph') return authMethod === 'password' ? ['password', 'clientSecret'] : ['clientSecret'];
  if (!authRequired) return [];
  return authMethod === 'oauth2' ? ['clientSecret'] : ['password'];
}

/** True for a configuration that signs in at Microsoft with a tenant and a client. */
export function usesEntra(config: Pick<SmtpConfig, 'type' | 'authRequired' | 'authMethod'>): boolean {
  return secretsOf(config).includes('clientSecret');
}

/**
 * A destination in canonical form: the same destination always gives the same list, another one never does.
 * Empty texts count as null, host names are lower-case ASCII, a CA is its certificates' fingerprints in order.
 */
export function canonicalDestination(config: Destination): (string | number | null)[] {
  return [
    config.type,
    config.host ? canonicalHost(config.host) : null,
    config.port ?? null,
    config.security || null,
    config.authMethod || null,
    config.username || null,
    config.caCertificate ? canonicalCa(config.caCertificate) : null,
    config.tenantId || null,
    config.clientId || null,
    config.graphCloud || null,
  ];
}

/** A CA that was damaged by hand is no destination that any secret was sealed for. */
function canonicalCa(pem: string): string {
  return caProblem(pem) ? 'unreadable' : fingerprints(pem).join(' ');
}

/** What a sealed secret is bound to: its row, its column and its destination. */
export function sealingContext(config: Destination & { id: string }, column: SecretColumn): (string | number | null)[] {
  return ['smtp_config', config.id, column, ...canonicalDestination(config)];
}

export function isSameDestination(one: Destination, other: Destination): boolean {
  return JSON.stringify(canonicalDestination(one)) === JSON.stringify(canonicalDestination(other));
}

/** What a configuration does with a secret: a client secret goes to Microsoft's sign-in, and over SMTP a token of it to the mail server. */
export function secretUse(config: Destination, column: SecretColumn, { clouds }: ResolvedGraph): SecretUse {
  const tokenHosts = clouds.get(config.graphCloud ?? '')?.smtp ?? [];
  return {
    destinations: destinationsOf(config, column, tokenHosts),
    tokenHosts,
    hasOwnCa: config.type !== 'ms_graph' && Boolean(config.caCertificate),
  };
}

function destinationsOf(
  { type, host, port, graphCloud }: Destination,
  column: SecretColumn,
  tokenHosts: readonly string[],
): SecretDestination[] {
  const cloud = { kind: 'graph', cloud: graphCloud ?? '' } as const;
  if (type === 'ms_graph') return [cloud];
  const server = { host: host ?? '', port: port ?? 0 };
  if (column === 'password') return [{ kind: 'smtp', ...server }];
  return maySendTo(tokenHosts, { kind: 'token', ...server }) ? [cloud] : [cloud, { kind: 'token', ...server }];
}
