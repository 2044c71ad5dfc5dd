import { type ActionHandler, type ActionResponse, NotFoundError, type RecordJSON } from 'adminjs';
import type { MailLogService } from '../../outbox/mail-log.service.js';
import { inAdminTerms } from '../adminjs/admin-errors.js';
import { callerOf } from '../adminjs/smtp.resource.js';

/** What depends on a configuration just now. */
export interface ConfigUsage {
  isDefault: boolean;
  /** The keys of the activities that chose it. */
  usedBy: string[];
  /** How many messages wait for it. */
  waiting: number;
  /** Those of them that wait for it as the default. */
  waitingForDefault: number;
}

/** Says what depends on a configuration, for whoever is about to delete it or to switch it off. Changes nothing. */
export function readUsage(messages: MailLogService): ActionHandler<ActionResponse> {
  return async (_request, _response, context): Promise<{ record: RecordJSON; usage: ConfigUsage }> => {
    const { record, currentAdmin } = context;
    if (!record) throw new NotFoundError('There is no such configuration.', 'SmtpConfig');
    const { own, ofDefault } = await inAdminTerms(() => messages.waitingFor({ id: record.id() }, callerOf(context)));
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
