import { diagnosis } from '../../../shared/diagnosis.js';
import { MAIL_ERRORS } from '../../../shared/mail-error.js';

/** The ends of messages that no server decided. */
export const OUTBOX_DIAGNOSES = {
  message_expired: diagnosis('TIMEOUT', 'The message expired before it could be sent.', 'Retry it to send it anyway.'),
  message_crashed: diagnosis(
    'AMBIGUOUS',
    'The process ended each time while only this message was in flight.',
    'Check the application log before you retry it.',
  ),
  record_damaged: diagnosis(
    'AMBIGUOUS',
    'Some recipients already have the message, but the record of which ones is damaged.',
    'Check who has it before you send it again.',
  ),
  reply_not_stored: diagnosis('AMBIGUOUS', 'The server’s reply could not be stored.', 'Check the application log.'),
  not_composed: diagnosis('CONTENT', 'The message could not be composed.', MAIL_ERRORS.CONTENT.remedy),
  content_damaged: diagnosis('CONTENT', 'The stored content of this message is damaged.', 'Send a new message from the application.'),
  own_from_refused: diagnosis(
    'SENDER',
    'The server refused this message’s own From address {{from}}.',
    'Change the application to use an address that the account may send from, or ask the provider to allow this one.',
  ),
};
