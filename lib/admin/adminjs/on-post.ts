import { type ActionContext, type ActionRequest, ForbiddenError } from 'adminjs';
import { inAdminTerms } from './admin-errors.js';
import type { ServerReply } from './report-writer.js';

/** What an action of a resource does. */
export type Handler<T> = (request: ActionRequest, response: ServerReply, context: ActionContext) => Promise<T>;

/** An action that is carried out for a POST only. */
export const onPost =
  <T>(work: Handler<T>): Handler<T> =>
  async (request, response, context) => {
    if (request.method !== 'post') throw new ForbiddenError('This needs a POST.');
    return inAdminTerms(() => work(request, response, context));
  };
