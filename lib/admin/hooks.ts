import { type ActionContext, type ActionRequest, type ActionResponse, type After, type Before, ForbiddenError } from 'adminjs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { SmtpConfigService } from '../config/smtp-config.service.js';
import type { AccessLevel } from '../smtp.access.js';
import { inAdminTerms } from './admin-errors.js';
import { isCrossSite } from './origin-check.js';
import { withoutSecrets } from './smtp.record.js';

interface Hooks {
  isAccessible: (context: ActionContext) => boolean;
  before: Before;
  after: After<ActionResponse>;
}

/** The hooks of an action: who may call it, from where, and that nothing secret leaves it. The services ask again. */
export function guarded(configs: SmtpConfigService, level: AccessLevel): Hooks {
  return {
    isAccessible: ({ currentAdmin }) => configs.mayShow(level, currentAdmin),
    before: async (request, { currentAdmin }) => {
      // Express answers a HEAD where a GET is known, and AdminJS takes all that is no GET for a change.
      if (request.method !== 'get' && request.method !== 'post') throw new ForbiddenError('This needs a GET or a POST.');
      if (request.method === 'post' && isCrossSite(headersOf(request))) {
        throw new ForbiddenError('This request came from another site and was not carried out.');
      }
      await inAdminTerms(() => configs.demand(level, { admin: currentAdmin ?? null }));
      return request;
    },
    after: (response: ActionResponse | undefined) => (response ? masked(response) : response!),
  };
}

/** The headers of an action's request; AdminJS loses them when it copies the request. */
export function headersOf(request: ActionRequest): IncomingHttpHeaders {
  return (request as unknown as { res?: ServerResponse }).res?.req.headers ?? {};
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
