import type { Egress } from '../../options/egress.js';
import { TIMEOUT_DEFAULTS, type TimeoutOptions } from '../../options/timeouts.js';
import type { SmtpAuthMechanism, SmtpSecurity } from '../../shared/config-fields.js';
import type { ClientCertificate } from '../tls/trust.js';
import type { EhloNames } from './ehlo-name.js';
import type { ProxySettings } from './proxy-settings.js';
import type { TokenSource } from './token-source.js';

export type { SmtpSecurity };

/** A login with a password, or with tokens of Microsoft's sign-in (XOAUTH2). */
export type SmtpLogin = {
  username: string;
  /** The mechanism to use. @default the best one that the server offers */
  mechanism?: SmtpAuthMechanism;
} & ({ password: string } | { tokens: TokenSource });

/** How a connection is made, as far as an admin can change it. Contains the password of the proxy in plain text. */
export interface ConnectionSettings extends EhloNames {
  /** The name for SNI and for the certificate check. @default the host */
  tlsServerName?: string;
  /** PEM of the only certificate to accept from the server, whatever its names and its issuer. */
  pinnedCertificate?: string;
  /** Multiplies every deadline. @default 1 */
  timeoutScale?: number;
  /** The IP address of this machine that connections are made from. @default the one that the operating system chooses */
  localAddress?: string;
  /** The proxy that connections go through. @default none */
  proxy?: ProxySettings;
}

/** Everything needed to connect to an SMTP server and log in. Contains the password in plain text: never log it. */
export interface SmtpSettings extends ConnectionSettings {
  /** DNS name or IP literal. */
  host: string;
  port: number;
  security: SmtpSecurity;
  /** Decides which servers may be connected to. */
  egress: Egress;
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: string[];
  /**
   * The certificates of `ca` that belong to the configuration, not to the application. Used only to report which one verified the
   * server.
   */
  ownCa?: string[];
  /** The certificate that this machine presents, and its key. */
  client?: ClientCertificate;
  /** Missing without a login. */
  auth?: SmtpLogin;
  /** Connections that are open at the same time. */
  maxConnections: number;
  /** The connections that the server accepted before, if it refused more. */
  acceptedConnections?: number;
  /** The messages without an outcome per connection, if the server has CHUNKING. @default 1, without CHUNKING */
  pipelineDepth?: number;
  timeouts?: TimeoutOptions;
}

/** Deadlines, every one present. */
export type SmtpTimeouts = Required<TimeoutOptions>;

/** The most that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Returns the deadlines of a configuration, with the defaults filled in. `idleMs` is no deadline and is not multiplied. */
export function timeoutsOf({ timeouts, timeoutScale = 1 }: SmtpSettings): SmtpTimeouts {
  const { idleMs, ...deadlines } = { ...TIMEOUT_DEFAULTS, ...timeouts };
  const scaled = Object.entries(deadlines).map(([name, ms]) => [name, Math.min(ms * timeoutScale, MAX_TIMER_MS)]);
  return { ...(Object.fromEntries(scaled) as typeof deadlines), idleMs };
}
