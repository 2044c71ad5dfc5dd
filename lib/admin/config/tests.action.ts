import { type ActionHandler, type ActionResponse, NotFoundError, type RecordJSON } from 'adminjs';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { ConfigTest } from '../../shared/connection-test.js';
import { withAdminErrors } from '../adminjs/admin-errors.js';
import { callerOf } from '../adminjs/smtp.resource.js';

/** Reads the last tests of a configuration. */
export function readTests(configs: SmtpConfigService): ActionHandler<ActionResponse> {
  return async (_request, _response, context): Promise<{ record: RecordJSON; tests: ConfigTest[] }> => {
    const { record, currentAdmin } = context;
    if (!record) throw new NotFoundError('This configuration does not exist.', 'SmtpConfig');
    const tests = await withAdminErrors(() => configs.tests(record.id(), callerOf(context)));
    return { record: record.toJSON(currentAdmin), tests };
  };
}
