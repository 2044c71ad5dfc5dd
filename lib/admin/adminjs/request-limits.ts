import { unlink } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { FieldBudget, checkName } from './field-budget.js';
import { readForm } from './form-reader.js';
import type { PanelRequest, RequestLimits } from './panel-request.js';
import { RefusedRequest, sendRefusal } from './refused-request.js';

const DEFAULTS = { maxFields: 500, maxFieldsSize: 2 * 1024 * 1024, maxFiles: 20 };
/** The most rows of a page in AdminJS. */
const MAX_IDS = 500;
/** Parameters whose values AdminJS uses as names of fields. */
const NAMING = ['searchProperty', 'sortBy'];
const BULK = /\/resources\/[^/]+\/bulk\//;

/**
 * Returns middleware that reads the bodies of requests to a panel within limits, before AdminJS does: AdminJS parses the names of
 * fields in more than linear time, and reads bodies before it checks who is signed in. `withSmtpAdmin` adds it; an application that
 * builds its panel by hand uses `app.use(admin.options.rootPath, requestLimits(formidableOptions), router)`. Refusals have the status 400,
 * 413 or 415 and a message as JSON.
 */
export function requestLimits(options: RequestLimits & Record<string, unknown> = {}) {
  const limits = { ...DEFAULTS, ...options };
  return async (request: PanelRequest, response: ServerResponse, next: (error?: unknown) => void): Promise<void> => {
    try {
      checkQuery(request.url ?? '', request.query ?? {}, limits.maxFields);
      // A body that another parser has read cannot be read again; AdminJS reports that.
      const stored = request._body ? [] : await readForm(request, limits);
      // Without a signed-in admin, no action has used the files.
      if (stored.length > 0) response.once('close', () => request.session && !request.session.adminUser && removeFiles(stored));
    } catch (error) {
      return error instanceof RefusedRequest ? sendRefusal(error, response) : next(error);
    }
    next();
  };
}

function checkQuery(url: string, query: object, maxFields: number): void {
  new FieldBudget(maxFields).addAll(query);
  const { recordIds } = query as { recordIds?: unknown };
  for (const parameter of [...NAMING, 'recordIds']) {
    const value = (query as Record<string, unknown>)[parameter];
    if (value !== undefined && typeof value !== 'string')
      throw new RefusedRequest(400, `The parameter "${parameter}" must be a single text.`);
    if (value !== undefined && parameter !== 'recordIds') checkName(value);
  }
  if (!recordIds && BULK.test(url)) throw new RefusedRequest(400, 'The parameter "recordIds" is missing.');
  if (typeof recordIds === 'string' && recordIds.split(',').length > MAX_IDS) {
    throw new RefusedRequest(413, `The parameter "recordIds" contains more than ${MAX_IDS} records.`);
  }
}

function removeFiles(paths: string[]): void {
  for (const path of paths) void unlink(path).catch(() => undefined);
}
