import { diagnosis, errorsOf } from '../shared/diagnosis.js';

/** Messages that cannot be composed. */
export const COMPOSE_DIAGNOSES = {
  no_from_address: diagnosis('SENDER', 'No From address is set.', 'Enter a From address in the configuration.', 'fromAddress'),
  attachments_too_large: diagnosis('CONTENT', 'The attachments have more than {{megabytes}} MB.', 'Send smaller attachments or a link.'),
  attachment_unreadable: diagnosis(
    'CONTENT',
    'The message could not be composed: an attachment could not be read.',
    'Check the attachments.',
  ),
};

export const composeError = errorsOf(COMPOSE_DIAGNOSES);
