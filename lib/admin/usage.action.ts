import { type ActionHandler, type ActionResponse, NotFoundError, type RecordJSON } from 'adminjs';
import type { MailLogService } from '../outbox/mail-log.service.js';
import { inAdminTerms } from './admin-errors.js';
import { callOf } from './smtp.resource.js';

/** What depends on a configuration just now. */
export interface ConfigUsage {
  isDefault: boolean;
  /** The keys of the activities that chose it. */
  usedBy: string[];
  /** How many messages wait for it: those that name it and, where it is the default, those that name none. */
  waiting: number;
  /** Those of them that name none. */
  waitingForDefault: number;
}

/** Says what depends on a configuration, for whoever is about to delete it or to switch it off. Changes nothing. */
export function readUsage(messages: MailLogService): ActionHandler<ActionResponse> {
  return async (_request, _response, context): Promise<{ record: RecordJSON; usage: ConfigUsage }> => {
    const { record, currentAdmin } = context;
    if (!record) throw new NotFoundError('There is no such configuration.', 'SmtpConfig');
    const { own, ofDefault } = await inAdminTerms(() =>
      messages.waitingFor({ id: record.id(), name: String(record.param('name')) }, callOf(context)),
    );
    const isDefault = record.param('isDefault') === true;
    const waitingForDefault = isDefault ? ofDefault : 0;
    return {
      record: record.toJSON(currentAdmin),
      usage: {
        isDefault,
        usedBy: (record.get('usedBy') as string[] | undefined) ?? [],
        waiting: own + waitingForDefault,
        waitingForDefault,
      },
    };
  };
}
