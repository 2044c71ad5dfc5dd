import {
  type ActionContext,
  type ActionRequest,
  type ActionResponse,
  type After,
  type Before,
  ForbiddenError,
  NotFoundError,
} from 'adminjs';
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

/** How an action is called: on the resource, on one record, or on many. */
type Route = 'resource' | 'record' | 'bulk';

/**
 * The hooks of an action: who may call it, from where and on what, and that nothing secret leaves it. The services ask again.
 * @param route where it may be called besides that of its type
 */
export function guarded(configs: SmtpConfigService, level: AccessLevel, route?: Route): Hooks {
  return {
    isAccessible: ({ currentAdmin }) => configs.canShow(level, currentAdmin),
    before: async (request, context) => {
      // Express answers a HEAD where a GET is known, and AdminJS takes all that is no GET for a change.
      if (request.method !== 'get' && request.method !== 'post') throw new ForbiddenError('This needs a GET or a POST.');
      if (request.method === 'post' && isCrossSite(originalOf(request))) {
        throw new ForbiddenError('This request came from another site and was not carried out.');
      }
      await inAdminTerms(() => configs.assertCan(level, callerOf(context)));
      // AdminJS calls any action on any route, and asks only afterwards whether its answer fits.
      const called = routeOf(request, context);
      if (called !== route && !isOfType(context, called)) throw new NotFoundError('There is no such action.', 'SmtpAdmin');
      keepAddress(context, addressOf(request));
      return request;
    },
    after: (response: ActionResponse | undefined) => (response ? masked(response) : response!),
  };
}

function routeOf({ params }: ActionRequest, { records }: ActionContext): Route {
  if (records) return 'bulk';
  return params.recordId === undefined ? 'resource' : 'record';
}

function isOfType({ action }: ActionContext, route: Route): boolean {
  if (route === 'bulk') return action.isBulkType();
  return route === 'record' ? action.isRecordType() : action.isResourceType();
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
