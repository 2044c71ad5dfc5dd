import { MAIL_ERRORS } from '../../../shared/mail-error.js';
import { diagnosis } from '../../../shared/diagnosis.js';
import { SLOW } from './offers.js';

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
  sender_domain: diagnosis(
    'SENDER',
    'The server refused the sender {{from}}: its domain does not exist or receives no mail.',
    'Check the spelling of the From address, and the MX record of its domain.',
    'fromAddress',
  ),
  sender_unverified: diagnosis(
    'SENDER',
    'The server refused the message: the provider has not verified an address in it.',
    'Verify the From address or its domain with the provider. For new accounts, some providers also require verified recipients.',
    'fromAddress',
  ),
  sender_unauthenticated: diagnosis(
    'SENDER',
    'The server refused the sender {{from}}: its domain does not authorize this machine (SPF, DKIM or DMARC).',
    'Send through the mail server of that domain, or publish the SPF and DKIM records that its provider names.',
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
  header_smtputf8: diagnosis(
    'CONTENT',
    'The message contains the address {{address}}, and the server does not support addresses with non-ASCII characters (SMTPUTF8).',
    'Use a server that supports SMTPUTF8, or another address.',
    'host',
  ),
  mailbox_full: diagnosis('RECIPIENT', 'The mailbox of {{address}} is full.', 'The recipient has to make room first.'),
  recipient_policy: diagnosis('RECIPIENT', 'The server refused the recipient {{address}}.', 'The server’s reply says why.'),
  recipients_alike: diagnosis(
    'SENDER',
    'The server refuses every recipient with the same reply.',
    'The server’s reply says why. Check the login, the From address, and that the server accepts mail from this machine.',
  ),
  message_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} stopped answering for {{seconds}} s and did not accept the message.',
    `Try again later. ${SLOW}`,
    'timeoutScale',
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
