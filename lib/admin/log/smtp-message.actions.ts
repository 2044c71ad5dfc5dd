import type { ActionContext, ActionHandler, ActionRequest, ActionResponse, BaseRecord, RecordActionResponse, RecordJSON } from 'adminjs';
import { ForbiddenError, NotFoundError } from 'adminjs';
import type { MailLogService } from '../../outbox/mail-log.service.js';
import { MailError } from '../../shared/mail-error.js';
import { withAdminErrors, recordErrors } from '../adminjs/admin-errors.js';
import type { SmtpMessageResource } from './smtp-message.resource.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import type { Notice } from '../../shared/admin-responses.js';
import { sumCounts } from '../../shared/mail-log.js';

type Handlers = Record<'preview' | 'resend' | 'retryNow' | 'cancel' | 'tryNow', ActionHandler<ActionResponse>>;

const success = (message: string): Notice => ({ message, type: 'success', resourceId: 'SmtpMessage' });
/** The notice for a retried message, by the reason why it still waits. A scheduled one was made due, even if the server's clock differs. */
const RETRIED: Record<string, string> = { queued: 'retried', scheduled: 'retried', backoff: 'retried', failing: 'retriedFailing' };
const failure = (message: string): Notice => ({ message, type: 'error', resourceId: 'SmtpMessage' });

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
    context.record = (await context.resource.findOne(record.id(), context)) ?? record;
    return context.record.toJSON(context.currentAdmin);
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

  const retryMany: ActionHandler<ActionResponse> = async (request, _response, context) => {
    const { records = [], currentAdmin } = context;
    if (request.method !== 'post') return { records: records.map((record) => record.toJSON(currentAdmin)) };
    const ids = records.map((record) => record.id());
    const retry = await withAdminErrors(() => messages.retryMany(ids, callerOf(context)));
    const retried = ids.length - sumCounts(retry.notRetried);
    const notice = { ...(retried > 0 ? success : failure)('retriedMany'), options: { retried, total: ids.length } };
    return { records: [], retry, notice };
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
    preview,
    resend,
    cancel,
    tryNow,
    // For one record and, at its bulk URL, for many: AdminJS's screens allow one type per action, but its API does not check it.
    retryNow: (request, response, context) => (context.records ? retryMany : retryOne)(request, response, context),
  };
}

/**
 * Adds the action whose page is opened to the record. Without it, AdminJS would report that the page does not exist; with it, the
 * page shows why the action is no longer possible.
 */
function withAction(json: RecordJSON, { action, currentAdmin }: ActionContext): RecordJSON {
  if (json.recordActions.some(({ name }) => name === action.name)) return json;
  return { ...json, recordActions: [...json.recordActions, action.toJSON(currentAdmin)] };
}
