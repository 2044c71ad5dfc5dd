/** What speaks against a certificate: `wrong_host` is said of one that is no authority and not for the host either. */
export type CertificateProblem = 'broken' | 'expired' | 'not_yet_valid' | 'wrong_host' | 'duplicate';

/** A certificate in words. One that cannot be read has the kind `broken`, its text and nothing else. */
export interface CertificateFacts {
  /** Written anew, so that it holds the certificate and nothing beside it. */
  pem: string;
  kind: 'authority' | 'server' | 'broken';
  isSelfSigned: boolean;
  subject: string;
  issuer: string;
  /** DNS names and addresses it is for. */
  names: string[];
  /** ISO 8601. */
  validFrom: string;
  validUntil: string;
  /** SHA-256 in pairs: `AB:CD:…`. */
  fingerprint: string;
  problems: CertificateProblem[];
}

/** The certificates a server presents, and which of them has to be trusted to send through it. */
export interface ServerChain {
  /** As it was asked for. */
  host: string;
  port: number;
  /** The server's own certificate first. */
  certificates: CertificateFacts[];
  /** Whether mail could be sent with what is trusted now. */
  isTrusted: boolean;
  /** Whether the one at the top is trusted already, so that something else is wrong where the server is not. */
  isTopTrusted: boolean;
  /**
   * Fingerprint of the certificate to trust: the topmost authority, or the server's own that signed itself. Null when neither
   * was sent, and when it is trusted already.
   */
  candidate: string | null;
  /** False when the authority at the top was signed by another one that the server does not send. */
  isComplete: boolean;
}

/** Who vouches for a certificate: a public authority, one this machine trusts, the application (`trustedCa`) or the configuration. */
export type TrustedBy = 'public' | 'machine' | 'application' | 'configuration';

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
