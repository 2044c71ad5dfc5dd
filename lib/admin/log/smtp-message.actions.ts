import type { ActionContext, ActionHandler, ActionRequest, ActionResponse, BaseRecord, RecordActionResponse, RecordJSON } from 'adminjs';
import { Filter, ForbiddenError, NotFoundError, flat } from 'adminjs';
import type { MailLogService } from '../../outbox/mail-log.service.js';
import { MailError } from '../../shared/mail-error.js';
import { withAdminErrors, recordErrors } from '../adminjs/admin-errors.js';
import { type SmtpMessageResource, filtersOf } from './smtp-message.resource.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import type { FieldErrors, Notice } from '../../shared/admin-responses.js';
import { type BulkReport, countChanged, MESSAGE_ACTIONS, type MessageAction, sumCounts } from '../../shared/mail-log.js';

type Handlers = Record<'details' | 'preview' | MessageAction | 'tryNow' | 'matching' | 'moveWaiting', ActionHandler<ActionResponse>>;

const success = (message: string): Notice => ({ message, type: 'success', resourceId: 'SmtpMessage' });
/** The notice for a retried message, by the reason why it still waits. A scheduled one was made due, even if the server's clock differs. */
const RETRIED: Record<string, string> = { queued: 'retried', scheduled: 'retried', backoff: 'retried', failing: 'retriedFailing' };
const failure = (message: string): Notice => ({ message, type: 'error', resourceId: 'SmtpMessage' });

const IDS_PER_CALL = 200;

/** Creates the handlers of the mail log's actions. Every change, and showing a body, requires POST. */
export function messageHandlers(messages: MailLogService): Handlers {
  const onRecord =
    (work: (record: BaseRecord, request: ActionRequest, context: ActionContext) => Promise<RecordActionResponse>) =>
    async (request: ActionRequest, _response: unknown, context: ActionContext): Promise<RecordActionResponse> => {
      const { record, currentAdmin } = context;
      if (!record) throw new NotFoundError('This message does not exist.', 'SmtpMessage');
      if (request.method !== 'post') return { record: withAction(record.toJSON(currentAdmin), context) };
      return withAdminErrors(() => work(record, request, context));
    };

  /** Reads the record again, with its attempts. */
  const reread = async (record: BaseRecord, context: ActionContext): Promise<RecordActionResponse['record']> => {
    context.record = (await context.resource.findMany([record.id()], context))[0] ?? record;
    return context.record.toJSON(context.currentAdmin);
  };

  const details: ActionHandler<RecordActionResponse> = async (_request, _response, context) => {
    const { record, currentAdmin } = context;
    if (!record) throw new NotFoundError('This message does not exist.', 'SmtpMessage');
    return withAdminErrors(async () => ({
      details: await messages.details(record.id(), callerOf(context)),
      record: record.toJSON(currentAdmin),
    }));
  };

  const preview = onRecord(async (record, _request, context) => ({
    preview: await messages.preview(record.id(), callerOf(context)),
    record: record.toJSON(context.currentAdmin),
    notice: success('previewed'),
  }));

  const resend = onRecord(async (record, { payload }, context) => {
    const { to } = payload ?? {};
    try {
      const resent = await messages.resend(record.id(), { to: typeof to === 'string' ? to.trim() : '' }, callerOf(context));
      const resource = context.resource as SmtpMessageResource;
      return {
        record: record.toJSON(context.currentAdmin),
        resent: resource.recordOf(resent).toJSON(context.currentAdmin),
        notice: success('resent'),
      };
    } catch (error) {
      if (!(error instanceof MailError) || !error.fields) throw error;
      const errors = recordErrors(error.fields);
      return { record: { ...record.toJSON(context.currentAdmin), errors }, notice: failure('thereWereValidationErrors') };
    }
  });

  const retryOne = onRecord(async (record, _request, context) => {
    const { reason } = await messages.retryNow(record.id(), callerOf(context));
    return { record: await reread(record, context), notice: success(RETRIED[reason ?? 'queued'] ?? 'retriedWaiting') };
  });

  /** Acts on many messages and reports the outcome. */
  const onMany =
    (
      notice: string,
      work: (ids: string[], to: string, context: ActionContext) => Promise<BulkReport>,
    ): ActionHandler<ActionResponse & { bulk?: BulkReport }> =>
    async ({ method, payload }, _response, context) => {
      const { records = [], currentAdmin } = context;
      if (method !== 'post') return { records: records.map((record) => record.toJSON(currentAdmin)) };
      const ids = records.map((record) => record.id());
      return withFieldErrors(async () => ({ records: [], ...reported(notice, await work(ids, String(payload?.to ?? ''), context)) }));
    };
  const retryMany = onMany('retriedMany', (ids, _to, context) => messages.retryMany(ids, callerOf(context)));
  const cancelMany = onMany('cancelledMany', (ids, _to, context) => messages.cancelMany(ids, callerOf(context)));
  const resendMany = onMany('resentMany', (ids, _to, context) => messages.resendMany(ids, callerOf(context)));
  const moveMany = onMany('movedMany', (ids, to, context) => messages.move(ids, { to }, callerOf(context)));

  const moveOne = onRecord(async (record, { payload }, context) => {
    const report = await withFieldErrors(async () => {
      const bulk = await messages.move([record.id()], { to: String(payload?.to ?? '') }, callerOf(context));
      return reported(countChanged(bulk) > 0 ? 'moved' : 'movedNone', bulk);
    });
    return { record: await reread(record, context), ...report };
  });

  const moveWaiting: ActionHandler<ActionResponse> = async ({ method, payload }, _response, context) => {
    if (method !== 'post') throw new ForbiddenError('Use POST.');
    const { from, to } = payload ?? {};
    return withFieldErrors(async () =>
      reported('movedMany', await messages.moveWaiting({ id: String(from) }, { to: String(to ?? '') }, callerOf(context))),
    );
  };

  /**
   * For acting on all messages that match: without `action`, counts those that allow each action; with one, returns their ids after
   * the given one. `at` is the time up to which the counts are true.
   */
  const matching: ActionHandler<ActionResponse> = async ({ query }, _response, context) => {
    const { filters = {}, action, after } = flat.unflatten<Partial<Record<string, unknown>>, Record<string, string>>(query ?? {});
    const known = filtersOf(new Filter(filters, context.resource));
    const call = callerOf(context);
    return withAdminErrors(async () => {
      if (action === undefined) return { at: new Date().toISOString(), counts: await messages.countActions(known, call) };
      if (!isMessageAction(action)) throw new NotFoundError('This action does not exist.', 'SmtpMessage');
      const start = typeof after === 'string' ? after : '';
      return { ids: await messages.findIds(known, { action, after: start, limit: IDS_PER_CALL }, call) };
    });
  };

  const cancel = onRecord(async (record, _request, context) => {
    const isCancelled = await messages.cancel(record.id(), callerOf(context));
    return { record: await reread(record, context), notice: isCancelled ? success('cancelled') : failure('tooLateToCancel') };
  });

  const tryNow: ActionHandler<ActionResponse> = async (request, _response, context) => {
    if (request.method !== 'post') throw new ForbiddenError('Use POST.');
    const { configId } = request.payload ?? {};
    await withAdminErrors(() => messages.tryConfigNow(String(configId), callerOf(context)));
    return { notice: success('trying') };
  };

  return {
    details,
    preview,
    tryNow,
    matching,
    moveWaiting,
    // For one record and, at its bulk URL, for many: AdminJS's screens allow one type per action, but its API does not check it.
    retryNow: (request, response, context) => (context.records ? retryMany : retryOne)(request, response, context),
    cancel: (request, response, context) => (context.records ? cancelMany : cancel)(request, response, context),
    resend: (request, response, context) => (context.records ? resendMany : resend)(request, response, context),
    move: (request, response, context) => (context.records ? moveMany : moveOne)(request, response, context),
  };
}

/** True for the name of an action on messages. */
function isMessageAction(name: unknown): name is MessageAction {
  return MESSAGE_ACTIONS.some((action) => action === name);
}

/** Returns the outcome of an action on many messages, with its notice: a success if it changed any. */
function reported(message: string, bulk: BulkReport): { bulk: BulkReport; notice: Notice & { options: object } } {
  const done = countChanged(bulk);
  const notice = (done > 0 ? success : failure)(message);
  return { bulk, notice: { ...notice, options: { done, total: done + sumCounts(bulk.notDone) } } };
}

/** Runs the work. Returns problems with fields as data, for the dialog that asked for them. */
async function withFieldErrors<T extends object>(work: () => Promise<T>): Promise<T | { errors: FieldErrors; notice: Notice }> {
  return withAdminErrors(async () => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MailError) || !error.fields) throw error;
      return { errors: recordErrors(error.fields), notice: failure('thereWereValidationErrors') };
    }
  });
}

/**
 * Adds the action whose page is opened to the record. Without it, AdminJS would report that the page does not exist; with it, the
 * page shows why the action is no longer possible.
 */
function withAction(json: RecordJSON, { action, currentAdmin }: ActionContext): RecordJSON {
  if (json.recordActions.some(({ name }) => name === action.name)) return json;
  return { ...json, recordActions: [...json.recordActions, action.toJSON(currentAdmin)] };
}
