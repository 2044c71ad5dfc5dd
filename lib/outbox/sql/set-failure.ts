import { storedFailure } from '../../config/stored-failure.js';
import type { Schema } from '../../database/schema.js';
import type { SqlStep } from '../../database/sql.js';
import { diagnosedError, type FailureReason } from '../../transport/failures/diagnoses.js';
import { SmtpMessage } from '../smtp-message.entity.js';

/** Returns the assignments of a message's last failure, for a reason whose sentences have no values. */
export function setFailure(schema: Schema, reason: FailureReason): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `${message.lastError} = ?, ${message.lastReason} = ?, ${message.lastValues} = NULL`,
    parameters: [storedFailure(diagnosedError(reason)).error, reason],
  };
}
