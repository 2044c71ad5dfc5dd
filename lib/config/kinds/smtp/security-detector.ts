import { Inject, Injectable } from '@nestjs/common';
import { type AuditedRequest, AuditTrail } from '../../../audit/audit-trail.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../../../options/options.js';
import { CONNECTION_NAMES, type ConfigSettings } from '../../../shared/config-fields.js';
import { type FieldProblem, MailError, validationError } from '../../../shared/mail-error.js';
import type { DetectedSecurity } from '../../../shared/smtp-config.js';
import { diagnosedError } from '../../../transport/failures/diagnoses.js';
import { detectSecurity } from '../../../transport/smtp/detect.js';
import { trustedCertificates } from '../../ca-certificate.js';
import { blankCandidate, mergeInput } from '../../merge-input.js';
import type { SmtpConfigInput } from '../../smtp-config.input.js';
import type { SmtpConfig } from '../../smtp-config.entity.js';
import { problemsAt } from '../../smtp-config.rules.js';
import { SmtpConfigSecrets } from '../../smtp-config.secrets.js';
import { TestLimits } from '../../test-limits.js';
import { type ConnectionRequest, connectionFields, connectionOf, secretFields } from './connection-settings.js';

/** The server to probe. Without a port, the usual ones are tried. */
export interface DetectionTarget extends ConnectionRequest {
  host: string;
  port?: number;
  caCertificate?: string | null;
}

/** The caller of a detection, and the signal that aborts it. */
interface DetectionRequest extends AuditedRequest {
  /** The configuration that the settings are of. */
  stored: SmtpConfig | null;
  signal?: AbortSignal;
}

const NOT_ENCRYPTED: FieldProblem = {
  code: 'not_encrypted',
  message: 'The server offers no encryption. To connect anyway, choose "No encryption".',
};

/** Detects the encryption that servers offer. Sends no credentials. */
@Injectable()
export class SecurityDetector {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly trail: AuditTrail,
    private readonly limits: TestLimits,
    private readonly secrets: SmtpConfigSecrets,
  ) {}

  /** Probes the server. @throws MailError `VALIDATION`, or the error of the connection */
  async detect(given: DetectionTarget, { by, stored, signal, manager }: DetectionRequest): Promise<DetectedSecurity> {
    const { host, port, caCertificate } = given;
    const target = mergeInput(blankCandidate(), { ...connectionFields(given), host, port, caCertificate });
    const problems = problemsAt(['host', 'port', 'caCertificate', ...CONNECTION_NAMES], target);
    if (Object.keys(problems).length > 0) throw validationError(problems);
    const ca = trustedCertificates(target.caCertificate, this.options);
    const secrets = await this.secrets.forConnection(target, secretFields(given), stored);
    const asked = { ...connectionOf(target, secrets, this.options), host: target.host!, port, ca, egress: this.options.egress };
    const detected = await this.limits.run(by, () =>
      this.trail.attempt({
        event: { by, action: 'detect', details: { host: asked.host, port } },
        work: () => detectSecurity(asked, { signal }),
        outcome: ({ security, port: found }) => ({ ok: true, security, port: found }),
        signal,
        manager,
      }),
    );
    if (detected.security === 'none' && !this.options.allowPlaintext) {
      throw diagnosedError('plaintext_only', { host: target.host!, port: detected.port });
    }
    return detected;
  }

  /** Replaces the security `auto` of an input with the detected one. @throws MailError `VALIDATION` if the server offers no encryption */
  async replaceAuto(
    base: ConfigSettings,
    input: SmtpConfigInput,
    storedPort: number | null | undefined,
    asked: DetectionRequest,
  ): Promise<SmtpConfigInput> {
    const settings = mergeInput(base, input);
    const { host, caCertificate } = settings;
    const port = input.port ?? storedPort ?? undefined;
    try {
      const target = { ...connectionFields(settings), ...secretFields(input), host: host ?? '', port, caCertificate };
      const { security, port: found } = await this.detect(target, asked);
      if (security === 'none') throw validationError({ security: NOT_ENCRYPTED });
      return { ...input, security, port: found };
    } catch (error) {
      if (!(error instanceof MailError) || error.fields || error.code === 'RATE_LIMITED') throw error;
      throw validationError({ security: { code: error.code.toLowerCase(), message: error.message } });
    }
  }
}
