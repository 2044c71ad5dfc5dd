import { MAIL_ERRORS } from '../../../shared/mail-error.js';
import { diagnosis } from '../../../shared/diagnosis.js';

const LATER = 'Try again later.';

/** Sender, recipients and content of a message, as a mail server judges them. */
export const MESSAGE_DIAGNOSES = {
  sender_deferred: diagnosis('SENDER', 'The server is temporarily not accepting mail from this sender.', LATER, 'fromAddress'),
  sender_smtputf8: diagnosis(
    'SENDER',
    'The server refused the sender {{from}}: it does not support addresses with non-ASCII characters (SMTPUTF8).',
    'Use a From address with ASCII characters only, or a server that supports SMTPUTF8.',
    'fromAddress',
  ),
  sender_not_allowed: diagnosis(
    'SENDER',
    'The server refused the sender {{from}}: this account may not send from that address.',
    'Use the account’s own From address, or ask the provider to allow this one.',
    'fromAddress',
  ),
  sender_refused: diagnosis('SENDER', 'The server refused the sender address.', MAIL_ERRORS.SENDER.remedy, 'fromAddress'),
  // Many servers check the sender only after the recipient, or after the message.
  recipient_sender: diagnosis(
    'RECIPIENT',
    'The server refused the recipient because of the sender {{from}}.',
    'Use the account’s own From address, or ask the provider to allow this one.',
    'fromAddress',
  ),
  content_sender: diagnosis(
    'CONTENT',
    'The server refused the message: this account may not send from {{from}}.',
    'Use the account’s own From address, or ask the provider to allow this one.',
    'fromAddress',
  ),
  recipient_refused: diagnosis('RECIPIENT', 'The server refused the recipient {{address}}.', 'Check the address.'),
  recipients_refused: diagnosis('RECIPIENT', 'The server refused all recipients.', MAIL_ERRORS.RECIPIENT.remedy),
  recipient_deferred: diagnosis('RECIPIENT', 'The server deferred the recipient {{address}}.', LATER),
  recipients_deferred: diagnosis('RECIPIENT', 'The server deferred all recipients.', LATER),
  recipient_smtputf8: diagnosis(
    'RECIPIENT',
    'The server refused the recipient {{address}}: it does not support addresses with non-ASCII characters (SMTPUTF8).',
    'Use a server that supports SMTPUTF8, or another address of the recipient.',
    'host',
  ),
  relay_denied: diagnosis(
    'RECIPIENT',
    'The server refused to relay mail to the recipient.',
    'Check whether the server requires a login, or accepts mail only for its own domains.',
    'authRequired',
  ),
  message_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} stopped answering for {{seconds}} s and did not accept the message.',
    MAIL_ERRORS.TIMEOUT.remedy,
  ),
  content_too_large: diagnosis('CONTENT', 'The message is larger than the server accepts.', 'Send smaller or fewer attachments.'),
  content_deferred: diagnosis('CONTENT', 'The server deferred the message.', LATER),
  content_refused: diagnosis('CONTENT', 'The server refused the message itself.', MAIL_ERRORS.CONTENT.remedy),
  reply_lost: diagnosis(
    'AMBIGUOUS',
    'The connection was lost after the whole message was sent and before the server replied.',
    MAIL_ERRORS.AMBIGUOUS.remedy,
  ),
};
