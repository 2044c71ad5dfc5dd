import { type ActionContext, type ActionRequest, ForbiddenError } from 'adminjs';
import { withAdminErrors } from './admin-errors.js';
import type { PanelResponse } from './report-writer.js';

/** The handler of an action. */
export type Handler<T> = (request: ActionRequest, response: PanelResponse, context: ActionContext) => Promise<T>;

/** Restricts a handler to POST requests. */
export const onPost =
  <T>(work: Handler<T>): Handler<T> =>
  async (request, response, context) => {
    if (request.method !== 'post') throw new ForbiddenError('Use POST.');
    return withAdminErrors(() => work(request, response, context));
  };
