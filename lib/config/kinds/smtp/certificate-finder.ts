import { Inject, Injectable } from '@nestjs/common';
import { type AuditedRequest, AuditTrail } from '../../../audit/audit-trail.js';
import { validationError } from '../../../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../../../options/options.js';
import { fetchChain } from '../../../transport/smtp/fetch-chain.js';
import { factsOf, readPem } from '../../../transport/tls/pem-facts.js';
import { isTrustAnchor } from '../../../transport/tls/trust.js';
import type { CertificateFacts, ServerChain } from '../../../shared/certificates.js';
import { CONNECTION_NAMES, type SmtpSecurity } from '../../../shared/config-fields.js';
import { caProblem, caTextProblem, trustedCertificates } from '../../ca-certificate.js';
import { blankCandidate, mergeInput } from '../../merge-input.js';
import type { SmtpConfig } from '../../smtp-config.entity.js';
import { problemsAt } from '../../smtp-config.rules.js';
import { SmtpConfigSecrets } from '../../smtp-config.secrets.js';
import { TestLimits } from '../../test-limits.js';
import { type ConnectionRequest, connectionFields, connectionOf, secretFields } from './connection-settings.js';

/** A PEM string, and the server it is meant for if that is known. */
export interface CertificateRequest {
  pem: string;
  host?: string | null;
}

/** The server whose certificates to fetch, and the private CA that is already trusted. */
export interface ChainRequest extends ConnectionRequest {
  host: string;
  port: number;
  security: SmtpSecurity;
  caCertificate?: string | null;
}

/** Explains certificates to an admin who is about to trust them. Stores nothing and uses no credentials. */
@Injectable()
export class CertificateFinder {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly trail: AuditTrail,
    private readonly limits: TestLimits,
    private readonly secrets: SmtpConfigSecrets,
  ) {}

  /**
   * Describes the certificates of a PEM string. @throws MailError `VALIDATION` for a string that is not PEM, contains a private key or
   * is too long
   */
  facts({ pem, host }: CertificateRequest): CertificateFacts[] {
    const problem = caTextProblem(pem);
    if (problem) throw validationError({ caCertificate: problem });
    return readPem(pem, cleanHost(host));
  }

  /** Fetches the certificates of a server. @throws MailError `VALIDATION`, or the error of the connection */
  async chain(request: ChainRequest, { by, stored, manager }: AuditedRequest & { stored: SmtpConfig | null }): Promise<ServerChain> {
    const { host, port, security, caCertificate } = request;
    // The server's certificates are looked up to pin one, whatever was pinned before.
    const target = mergeInput(blankCandidate(), { ...connectionFields(request), pinnedCertificate: null, host, port, security });
    const problems = problemsAt(['host', 'port', 'security', ...CONNECTION_NAMES], target);
    if (target.security === 'none')
      problems.security = { code: 'no_certificate', message: 'Without encryption, the server has no certificate.' };
    if (Object.keys(problems).length > 0) throw validationError(problems);
    const asked = { host: target.host!, port: target.port!, security: target.security as 'starttls' | 'tls' };
    // A problem of the text is shown at its field. Here, an invalid text counts as empty.
    const ca = trustedCertificates(caProblem(caCertificate) ? null : caCertificate!, this.options);
    const secrets = await this.secrets.forConnection(target, secretFields(request), stored);
    const found = await this.limits.run(by, () =>
      this.trail.attempt({
        event: { by, action: 'fetch_certificates', details: asked },
        work: () => fetchChain({ ...connectionOf(target, secrets, this.options), ...asked, ca, egress: this.options.egress }),
        outcome: () => ({ ok: true }),
        manager,
      }),
    );
    const certificates = found.certificates.map((certificate, index) =>
      factsOf(certificate, index === 0 ? (target.tlsServerName ?? asked.host) : undefined),
    );
    const top = certificates.at(-1);
    const isTopTrusted = top !== undefined && isTrustAnchor(top.pem, ca);
    const isOwn = certificates.length === 1 && top?.isSelfSigned === true;
    return {
      host: asked.host,
      port: asked.port,
      certificates,
      isTrusted: found.isTrusted,
      isTopTrusted,
      candidate: top && !isTopTrusted && (top.kind === 'authority' || isOwn) ? top.fingerprint : null,
      isComplete: top?.isSelfSigned ?? false,
    };
  }
}

function cleanHost(host: unknown): string | undefined {
  return typeof host === 'string' ? (mergeInput(blankCandidate(), { host }).host ?? undefined) : undefined;
}
