import type { ActionHandler, ActionResponse } from 'adminjs';
import type { CertificateRequest, ChainRequest } from '../../config/kinds/smtp/certificate-finder.js';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import { MailError } from '../../shared/mail-error.js';
import { failedStep } from '../../transport/test-steps.js';
import { recordErrors } from '../adminjs/admin-errors.js';
import { type Handler, onPost } from '../adminjs/on-post.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import { typedValues } from '../adminjs/typed-values.js';
import type { CertificateFacts, ServerChain } from '../../shared/certificates.js';
import type { TestStep } from '../../shared/connection-test.js';

type Errors = { errors: ReturnType<typeof recordErrors> };

/** Creates the handlers for certificates: describing pasted ones, and fetching a server's. Trusts and stores nothing. */
export function certificateHandlers(
  configs: SmtpConfigService,
): Record<'certificateFacts' | 'fetchCertificates', ActionHandler<ActionResponse>> {
  const certificateFacts: Handler<{ certificates: CertificateFacts[] } | Errors> = async (request, _response, context) => {
    try {
      const question = typedValues(request.payload) as unknown as CertificateRequest;
      return { certificates: await configs.certificateFacts(question, callerOf(context)) };
    } catch (error) {
      if (!(error instanceof MailError) || !error.fields) throw error;
      return { errors: recordErrors(error.fields) };
    }
  };

  const fetchCertificates: Handler<{ chain: ServerChain } | (Errors & { failed?: TestStep })> = async (request, _response, context) => {
    try {
      const question = typedValues(request.payload) as unknown as ChainRequest;
      return { chain: await configs.fetchCertificates(question, callerOf(context)) };
    } catch (error) {
      if (!(error instanceof MailError) || error.code === 'FORBIDDEN') throw error;
      return {
        ...(!error.fields && { failed: failedStep('tls', 0, error) }),
        errors: recordErrors(error.fields ?? { server: { code: error.code, message: error.message } }),
      };
    }
  };

  return { certificateFacts: onPost(certificateFacts), fetchCertificates: onPost(fetchCertificates) };
}
