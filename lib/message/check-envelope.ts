import { xtext } from '../shared/xtext.js';
import { line } from './check-text.js';
import { type DeliveryNotifications, DSN_EVENTS } from './mail-message.js';
import { parseMailbox } from './mailbox.js';
import { invalidMessage, ownFields, ownList } from './own-fields.js';

/** RFC 3461 §4.4. */
const MAX_ID = 100;

/** Checks the sender of the envelope, which has no name. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkEnvelopeFrom(given: unknown): string {
  const { name, address } = parseMailbox(line(given, 'envelopeFrom'), 'envelopeFrom');
  if (name) throw invalidMessage('envelopeFrom', 'must be an address without a name');
  return address;
}

/** Checks the notifications to request. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkNotifications(given: unknown): DeliveryNotifications {
  const fields = ownFields(given, ['notify', 'return', 'id'], 'dsn');
  const checked: DeliveryNotifications = {};
  if (fields.notify !== undefined) checked.notify = checkEvents(fields.notify);
  if (fields.return !== undefined) {
    if (fields.return !== 'headers' && fields.return !== 'full') throw invalidMessage('dsn.return', 'must be "headers" or "full"');
    checked.return = fields.return;
  }
  if (fields.id !== undefined) {
    const id = line(fields.id, 'dsn.id');
    if (!/^[ -~]+$/.test(id)) throw invalidMessage('dsn.id', 'must be printable ASCII');
    if (xtext(id).length > MAX_ID) throw invalidMessage('dsn.id', `has more than ${MAX_ID} characters once encoded`, { code: 'too_long' });
    checked.id = id;
  }
  return checked;
}

function checkEvents(given: unknown): DeliveryNotifications['notify'] {
  const field = 'dsn.notify';
  const events = [...new Set(ownList(given, DSN_EVENTS.length, field))].map((event) => {
    const known = DSN_EVENTS.find((one) => one === event);
    if (!known) throw invalidMessage(field, `must be a list of ${DSN_EVENTS.join(', ')}`);
    return known;
  });
  if (events.length === 0) throw invalidMessage(field, 'is empty');
  if (events.includes('never') && events.length > 1) throw invalidMessage(field, 'must not have "never" beside others');
  return events;
}
