import { type ActionHandler, type ActionResponse, NotFoundError, type RecordJSON } from 'adminjs';
import type { MailLogService } from '../../outbox/mail-log.service.js';
import { withAdminErrors } from '../adminjs/admin-errors.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import type { ConfigUsage } from '../../shared/smtp-config.js';

/** Reads everything that depends on a configuration, for an admin who is about to delete or disable it. */
export function readUsage(messages: MailLogService): ActionHandler<ActionResponse> {
  return async (_request, _response, context): Promise<{ record: RecordJSON; usage: ConfigUsage }> => {
    const { record, currentAdmin } = context;
    if (!record) throw new NotFoundError('This configuration does not exist.', 'SmtpConfig');
    const { own, ofDefault } = await withAdminErrors(() => messages.waitingFor({ id: record.id() }, callerOf(context)));
    return {
      record: record.toJSON(currentAdmin),
      usage: {
        isDefault: record.param('isDefault') === true,
        usedBy: (record.get('usedBy') as string[] | undefined) ?? [],
        waiting: own + ofDefault,
        waitingForDefault: ofDefault,
      },
    };
  };
}
