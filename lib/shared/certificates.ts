/** The time before its expiry from which a certificate causes a warning: 30 days. */
export const EXPIRES_SOON_MS = 30 * 86_400_000;

/** A problem with a certificate. `wrong_host`: it is neither a CA nor issued for the host. */
export type CertificateProblem = 'broken' | 'expired' | 'not_yet_valid' | 'wrong_host' | 'duplicate';

/** A description of a certificate. One that cannot be read has the kind `broken`, its text and nothing else. */
export interface CertificateFacts {
  /** Re-encoded, so that it contains the certificate and nothing else. */
  pem: string;
  kind: 'authority' | 'server' | 'broken';
  isSelfSigned: boolean;
  subject: string;
  issuer: string;
  /** DNS names and addresses it is issued for. */
  names: string[];
  /** ISO 8601. */
  validFrom: string;
  expiresAt: string;
  /** SHA-256 in pairs: `AB:CD:…`. */
  fingerprint: string;
  problems: CertificateProblem[];
}

/** The certificates a server presents, and which of them has to be trusted to send through it. */
export interface ServerChain {
  /** The host name as it was entered. */
  host: string;
  port: number;
  /** The server's own certificate first. */
  certificates: CertificateFacts[];
  /** True if mail can be sent with the certificates that are trusted now. */
  isTrusted: boolean;
  /** True if the topmost certificate is already trusted. If the server is not, the problem is elsewhere. */
  isTopTrusted: boolean;
  /**
   * Fingerprint of the certificate to trust: the topmost authority, or the server's own self-signed one. Null if the server sent
   * neither, or if it is already trusted.
   */
  candidate: string | null;
  /** False if the topmost authority was signed by another one that the server does not send. */
  isComplete: boolean;
}

/**
 * The origin of the trust in a certificate: a public authority, this machine, the application (`trustedCa`), the private CA of the
 * configuration, or the configuration's pin of the certificate itself.
 */
export type TrustedBy = 'public' | 'machine' | 'application' | 'configuration' | 'pinned';

/** An encrypted connection and its certificate; without `version` the connection was not accepted. Dates are ISO 8601. */
export interface TlsFacts {
  version?: string;
  cipher?: string;
  subject: string;
  issuer: string;
  /** The names the certificate is issued for. */
  names: string[];
  validFrom: string;
  expiresAt: string;
  /** The authority at the end of the chain, and who trusts it. */
  verifiedBy?: { kind: TrustedBy; name: string };
}
