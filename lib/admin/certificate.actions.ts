import type { ActionHandler, ActionResponse } from 'adminjs';
import type { CertificateQuestion, ChainQuestion, ServerChain } from '../config/certificate-finder.js';
import type { SmtpConfigService } from '../config/smtp-config.service.js';
import { MailError } from '../smtp.errors.js';
import { type TestStep, failedStep } from '../transport/diagnose.js';
import type { CertificateFacts } from '../transport/pem-facts.js';
import { recordErrors } from './admin-errors.js';
import { type Handler, onPost } from './on-post.js';
import { callOf } from './smtp.resource.js';
import { typedValues } from './typed-values.js';

type Errors = { errors: ReturnType<typeof recordErrors> };

/** What the form asks about certificates: what a pasted one is, and which ones a server presents. Nothing is trusted or stored by asking. */
export function certificateHandlers(
  configs: SmtpConfigService,
): Record<'certificateFacts' | 'fetchCertificates', ActionHandler<ActionResponse>> {
  const certificateFacts: Handler<{ certificates: CertificateFacts[] } | Errors> = async (request, _response, context) => {
    try {
      const question = typedValues(request.payload) as unknown as CertificateQuestion;
      return { certificates: await configs.certificateFacts(question, callOf(context)) };
    } catch (error) {
      if (!(error instanceof MailError) || !error.fields) throw error;
      return { errors: recordErrors(error.fields) };
    }
  };

  const fetchCertificates: Handler<{ chain: ServerChain } | (Errors & { failed?: TestStep })> = async (request, _response, context) => {
    try {
      const question = typedValues(request.payload) as unknown as ChainQuestion;
      return { chain: await configs.fetchCertificates(question, callOf(context)) };
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
