import { type ActionContext, type ActionRequest, type ActionResponse, type After, type Before, ForbiddenError } from 'adminjs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { AccessLevel } from '../../options/access.js';
import { inAdminTerms } from './admin-errors.js';
import { isCrossSite } from './origin-check.js';
import { withoutSecrets } from './smtp.record.js';
import { callerOf, keepAddress } from './smtp.resource.js';

interface Hooks {
  isAccessible: (context: ActionContext) => boolean;
  before: Before;
  after: After<ActionResponse>;
}

/** The hooks of an action: who may call it, from where, and that nothing secret leaves it. The services ask again. */
export function guarded(configs: SmtpConfigService, level: AccessLevel): Hooks {
  return {
    isAccessible: ({ currentAdmin }) => configs.canShow(level, currentAdmin),
    before: async (request, context) => {
      // Express answers a HEAD where a GET is known, and AdminJS takes all that is no GET for a change.
      if (request.method !== 'get' && request.method !== 'post') throw new ForbiddenError('This needs a GET or a POST.');
      if (request.method === 'post' && isCrossSite(originalOf(request))) {
        throw new ForbiddenError('This request came from another site and was not carried out.');
      }
      await inAdminTerms(() => configs.assertCan(level, callerOf(context)));
      keepAddress(context, addressOf(request));
      return request;
    },
    after: (response: ActionResponse | undefined) => (response ? masked(response) : response!),
  };
}

/** Where it came from: the address of the other end or, where the host trusts its proxy (Express's `trust proxy`), what that one says. */
function addressOf(request: ActionRequest): string | undefined {
  return originalOf(request)?.ip;
}

/** Express's request; AdminJS copies it, and loses what its prototype has. */
function originalOf(request: ActionRequest): (IncomingMessage & { ip?: string; host?: string }) | undefined {
  return (request as unknown as { res?: ServerResponse }).res?.req;
}

function masked(response: ActionResponse): ActionResponse {
  const { record, records } = response as { record?: Masked; records?: Masked[] };
  return {
    ...response,
    ...(record && { record: { ...record, params: withoutSecrets(record.params) } }),
    ...(Array.isArray(records) && { records: records.map((entry) => ({ ...entry, params: withoutSecrets(entry.params) })) }),
  };
}

interface Masked {
  params?: Record<string, unknown>;
}
