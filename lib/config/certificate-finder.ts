import { Inject, Injectable } from '@nestjs/common';
import { type AskedFor, AuditTrail } from '../audit/audit-trail.js';
import { type FieldProblem, validationError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { fetchChain } from '../transport/smtp/fetch-chain.js';
import { type CertificateFacts, factsOf, readPem } from '../transport/tls/pem-facts.js';
import { isTrustAnchor } from '../transport/tls/trust.js';
import type { SmtpSecurity } from '../transport/smtp/smtp-settings.js';
import { caProblem, caTextProblem } from './ca-certificate.js';
import { blankCandidate, mergeInput } from './smtp-config.input.js';
import { problemsOf } from './smtp-config.rules.js';
import { SmtpSender } from './smtp-sender.js';
import { TestLimits } from './test-limits.js';

/** A PEM text, and the server it is meant for, where that is known. */
export interface CertificateRequest {
  pem: string;
  host?: string | null;
}

/** Which server to ask for its certificates, and what is trusted already. */
export interface ChainRequest {
  host: string;
  port: number;
  security: SmtpSecurity;
  caCertificate?: string | null;
}

/** What a server presents, and what would have to be trusted to send through it. */
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

/** Explains certificates to those who are about to trust them. Stores nothing, and is given no credentials. */
@Injectable()
export class CertificateFinder {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly sender: SmtpSender,
    private readonly trail: AuditTrail,
    private readonly limits: TestLimits,
  ) {}

  /** @throws MailError `VALIDATION` for a text that is no PEM, holds a private key or is too long */
  facts({ pem, host }: CertificateRequest): CertificateFacts[] {
    const problem = caTextProblem(pem);
    if (problem) throw validationError({ caCertificate: problem });
    return readPem(pem, cleanHost(host));
  }

  /** @throws MailError `VALIDATION`, or what went wrong on the way to the server */
  async chain({ host, port, security, caCertificate }: ChainRequest, { by, manager }: AskedFor): Promise<ServerChain> {
    const target = mergeInput(blankCandidate(), { host, port, security });
    const rules = problemsOf(target);
    const problems: Record<string, FieldProblem> = {};
    for (const field of ['host', 'port', 'security']) if (rules[field]) problems[field] = rules[field];
    if (target.security === 'none') problems.security = { code: 'no_certificate', message: 'Without encryption there is no certificate.' };
    if (Object.keys(problems).length > 0) throw validationError(problems);
    const asked = { host: target.host!, port: target.port!, security: target.security as 'starttls' | 'tls' };
    // What is wrong with the text in the field is said there; here it trusts nothing.
    const ca = this.sender.certificates(caProblem(caCertificate) ? null : caCertificate!);
    const found = await this.limits.run(by, () =>
      this.trail.attempt({
        event: { by, action: 'fetch_certificates', details: asked },
        work: () => fetchChain({ ...asked, ca, egress: this.options.egress }),
        outcome: () => ({ ok: true }),
        manager,
      }),
    );
    const certificates = found.certificates.map((certificate, index) => factsOf(certificate, index === 0 ? asked.host : undefined));
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
