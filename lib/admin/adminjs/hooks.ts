import {
  type ActionContext,
  type ActionRequest,
  type ActionResponse,
  type After,
  type Before,
  ForbiddenError,
  NotFoundError,
  type NoticeMessage,
} from 'adminjs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { AccessLevel } from '../../options/access.js';
import { withAdminErrors } from './admin-errors.js';
import { isCrossSite } from './origin-check.js';
import { MissingRecord, withoutSecrets } from './smtp.record.js';
import { callerOf, keepAddress } from './smtp.resource.js';

interface Hooks {
  isAccessible: (context: ActionContext) => boolean;
  before: Before;
  after: After<ActionResponse>;
}

/** The route of an action: on the resource, on one record, or on many. */
type Route = 'resource' | 'record' | 'bulk';

/**
 * Creates the hooks of an action, which check permission, origin and route, and keep secrets out of the response. The services
 * check permissions again.
 * @param route an additional route besides the one of its type
 */
export function guardHooks(configs: SmtpConfigService, level: AccessLevel, route?: Route): Hooks {
  return {
    isAccessible: ({ currentAdmin }) => configs.canShow(level, currentAdmin),
    before: async (request, context) => {
      // Express routes HEAD to the handlers of GET, and AdminJS treats every method but GET as a change.
      if (request.method !== 'get' && request.method !== 'post') throw new ForbiddenError('Use GET or POST.');
      if (request.method === 'post' && isCrossSite(originalOf(request))) {
        throw new ForbiddenError('This request came from another site and was rejected.');
      }
      await withAdminErrors(() => configs.assertCan(level, callerOf(context)));
      // AdminJS calls any action on any route, and checks only afterwards whether its response fits.
      const called = routeOf(request, context);
      if (called !== route && !isOfType(context, called)) throw new NotFoundError('This action does not exist.', 'SmtpAdmin');
      keepAddress(context, addressOf(request));
      if (context.record instanceof MissingRecord && !opensPage(request, context)) {
        // The error carries no record.
        context.record = undefined;
        throw new NotFoundError('This record no longer exists.', 'SmtpAdmin');
      }
      return request;
    },
    after: (response: ActionResponse | undefined, _request, context) => {
      if (context.record instanceof MissingRecord) return { ...response, notice: notFound(context) };
      return response ? maskSecrets(response) : response!;
    },
  };
}

/** True if the request loads the page of an action. */
function opensPage({ method }: ActionRequest, { action, currentAdmin }: ActionContext): boolean {
  return method === 'get' && action.toJSON(currentAdmin).component !== false;
}

function notFound({ resource }: ActionContext): NoticeMessage {
  return { message: 'pageNotFound_title', type: 'error', resourceId: resource.id() };
}

function routeOf({ params }: ActionRequest, { records }: ActionContext): Route {
  if (records) return 'bulk';
  return params.recordId === undefined ? 'resource' : 'record';
}

function isOfType({ action }: ActionContext, route: Route): boolean {
  if (route === 'bulk') return action.isBulkType();
  return route === 'record' ? action.isRecordType() : action.isResourceType();
}

/** Returns the client's address, as reported by the proxy if the application trusts it (Express's `trust proxy`). */
function addressOf(request: ActionRequest): string | undefined {
  return originalOf(request)?.ip;
}

/** Returns Express's request. AdminJS passes on a copy without the properties of its prototype. */
function originalOf(request: ActionRequest): (IncomingMessage & { ip?: string; host?: string }) | undefined {
  return (request as unknown as { res?: ServerResponse }).res?.req;
}

function maskSecrets(response: ActionResponse): ActionResponse {
  const { record, records } = response as { record?: RecordParams; records?: RecordParams[] };
  return {
    ...response,
    ...(record && { record: { ...record, params: withoutSecrets(record.params) } }),
    ...(Array.isArray(records) && { records: records.map((entry) => ({ ...entry, params: withoutSecrets(entry.params) })) }),
  };
}

interface RecordParams {
  params?: Record<string, unknown>;
}
