import { limitSize } from '../audit/bounded.js';
import type { MailError, StoredFailure } from '../shared/mail-error.js';

const MAX_ERROR = 1_000;

/** Returns a failure in the form in which it is stored. */
export function storedFailure({ message, reason, values = {} }: MailError): StoredFailure {
  return { error: message.slice(0, MAX_ERROR), reason: reason ?? null, values: limitSize(values) };
}
