import type AdminJS from 'adminjs';
import { NotFoundError } from 'adminjs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RefusedRequest, sendRefusal } from './refused-request.js';

const API = /\/api\/resources\/([^/]+)\/(actions|records\/[^/]+|bulk)\/([^/?]+)/;

/**
 * Returns middleware that responds with 404 if AdminJS failed because the resource, the action or the records of a bulk action do
 * not exist. It runs after AdminJS, so that only signed-in users learn what exists.
 */
export function handleUnknownTarget(admin: AdminJS) {
  // Express recognizes error handlers by their four parameters.
  return (error: unknown, request: IncomingMessage, response: ServerResponse, next: (error: unknown) => void): void => {
    const [, resourceId, route, action] = (API.exec(request.url ?? '') ?? []).map(decode);
    if (response.headersSent || action === undefined || hasStatus(error)) return next(error);
    if (error instanceof NotFoundError) sendRefusal(new RefusedRequest(404, 'These records no longer exist.'), response);
    else if (isKnown(admin, resourceId!, route!, action)) next(error);
    else sendRefusal(new RefusedRequest(404, 'This resource or action does not exist.'), response);
  };
}

const hasStatus = (error: unknown): boolean => typeof (error as { status?: unknown } | undefined)?.status === 'number';

/** Decodes a part of a path. A part that cannot be decoded stays as it is; Express has refused it. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isKnown(admin: AdminJS, resourceId: string, route: string, name: string): boolean {
  const resource = admin.resources.find((candidate) => candidate._decorated?.id() === resourceId);
  const actions = resource?.decorate().actions ?? {};
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (route === 'actions') return action?.isResourceType() ?? false;
  return (route === 'bulk' ? action?.isBulkType() : action?.isRecordType()) ?? false;
}
