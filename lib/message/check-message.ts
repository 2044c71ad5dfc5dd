import { quote } from '../shared/quoted.js';
import { checkAlternatives, checkAttachments, checkCalendar } from './check-attachments.js';
import { checkEnvelopeFrom, checkNotifications } from './check-envelope.js';
import { checkHeaders } from './check-headers.js';
import { exactLine, line, optionalText } from './check-text.js';
import type { CheckedDelivery, CheckedMailbox, CheckedMessage, Mailbox, MailMessage } from './mail-message.js';
import { checkName, parseMailbox } from './mailbox.js';
import { checkEach, ownFields, ownKeys, ownList, ownValue, invalidMessage } from './own-fields.js';
import type { MailPriority } from '../shared/mail-log.js';

/** The activity of mail that does not name one. */
export const GENERAL_ACTIVITY = 'general';
/** The names that a configuration can have. */
export const CONFIG_NAME = /^\w{1,50}$/;
/** The limit of Exchange Online. */
export const DEFAULT_MAX_RECIPIENTS = 500;

const MESSAGE_KEYS = [
  'to',
  'cc',
  'bcc',
  'from',
  'replyTo',
  'subject',
  'text',
  'html',
  'attachments',
  'alternatives',
  'icalEvent',
  'envelopeFrom',
  'dsn',
  'headers',
  'activity',
  'config',
  'priority',
  'sendAt',
  'expiresAt',
  'idempotencyKey',
] as const satisfies readonly (keyof MailMessage)[];
const PRIORITIES: MailPriority[] = ['high', 'normal', 'low'];
const MAX_KEY = 255;
const MAX_REPLY_TO = 50;
/** A long subject is folded into lines. */
const MAX_SUBJECT = 10_000;

/**
 * Checks a message field by field and copies the known fields. Nothing else of the caller's object is used, and no inherited
 * fields.
 * @param activities the keys that a message may name
 * @param maxRecipients of To, CC and BCC together
 * @throws MailError `INVALID_MESSAGE` naming the field.
 */
export function checkMessage(
  message: MailMessage,
  activities: ReadonlySet<string>,
  maxRecipients: number = DEFAULT_MAX_RECIPIENTS,
): CheckedMessage {
  const given = ownFields(message, MESSAGE_KEYS, 'message', '');
  const [to, cc, bcc] = allRecipients(given, maxRecipients);
  if (to.length + cc.length + bcc.length === 0) throw invalidMessage('to', 'needs at least one recipient, unless cc or bcc has one');
  if (given.text === undefined && given.html === undefined) throw invalidMessage('text', 'or "html" is needed');
  const activity = optionalText(given.activity, 'activity') ?? GENERAL_ACTIVITY;
  if (!activities.has(activity)) {
    throw invalidMessage('activity', `names an activity that is not declared: ${quote(activity)}`);
  }
  return {
    to,
    cc,
    bcc,
    from: given.from === undefined ? undefined : sender(given.from),
    replyTo: isAbsent(given.replyTo) ? undefined : replyTo(given.replyTo),
    subject: line(given.subject, 'subject', MAX_SUBJECT),
    text: optionalText(given.text, 'text'),
    html: optionalText(given.html, 'html'),
    attachments: checkAttachments(given.attachments ?? []),
    alternatives: checkAlternatives(given.alternatives ?? []),
    icalEvent: given.icalEvent === undefined ? undefined : checkCalendar(given.icalEvent),
    envelopeFrom: isAbsent(given.envelopeFrom) ? undefined : checkEnvelopeFrom(given.envelopeFrom),
    dsn: given.dsn === undefined ? undefined : checkNotifications(given.dsn),
    headers: checkHeaders(given.headers ?? {}),
    activity,
    config: given.config === undefined ? undefined : configName(given.config),
  };
}

/** Checks the name of a configuration. Mail with a name that no configuration can have would wait forever. */
function configName(given: unknown): string {
  const name = line(given, 'config');
  if (CONFIG_NAME.test(name)) return name;
  const remedy = 'Use the name of a configuration: 1 to 50 letters, digits and underscores.';
  throw invalidMessage('config', `is not a valid configuration name: ${quote(name)}`, { code: 'name_format', remedy });
}

/** Checks the fields that decide how a message is queued. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkDelivery(message: MailMessage): CheckedDelivery {
  const priority = PRIORITIES.indexOf((ownValue(message, 'priority', 'priority') ?? 'normal') as MailPriority);
  if (priority === -1) throw invalidMessage('priority', `must be one of ${PRIORITIES.join(', ')}`);
  const key = ownValue(message, 'idempotencyKey', 'idempotencyKey');
  const idempotencyKey = key === undefined ? undefined : exactLine(key, 'idempotencyKey');
  if (idempotencyKey === '' || (idempotencyKey?.length ?? 0) > MAX_KEY) {
    throw invalidMessage('idempotencyKey', `must have 1 to ${MAX_KEY} characters`);
  }
  return { priority, sendAt: time(message, 'sendAt'), expiresAt: time(message, 'expiresAt'), idempotencyKey };
}

function time(message: MailMessage, field: 'sendAt' | 'expiresAt'): Date | undefined {
  const value = ownValue(message, field, field);
  if (value === undefined) return undefined;
  // Reads the date without calling methods of the caller's object.
  const ms = value instanceof Date ? Date.prototype.getTime.call(value) : Number.NaN;
  if (!Number.isFinite(ms)) throw invalidMessage(field, 'must be a valid Date');
  return new Date(ms);
}

function allRecipients(
  given: Partial<Record<'to' | 'cc' | 'bcc', unknown>>,
  max: number,
): [CheckedMailbox[], CheckedMailbox[], CheckedMailbox[]] {
  let left = max;
  const [to, cc, bcc] = checkEach(['to', 'cc', 'bcc'] as const, (field) => {
    const value = given[field];
    const entries = value === undefined || (value === null && field !== 'to') ? [] : entriesOf(value, field, left, max);
    left -= entries.length;
    return checkEach(entries, ([entry, name]) => parseMailbox(entry as Mailbox, name));
  });
  return [to!, cc!, bcc!];
}

/** Returns the entries of a list of recipients, or a single one, each with the name of its field. */
function entriesOf(value: unknown, field: string, left: number, max: number): [entry: unknown, field: string][] {
  const isList = Array.isArray(value);
  if ((isList ? Number(ownValue(value, 'length', field)) : 1) > left) {
    const remedy = 'Send several messages, or raise the option "maxRecipients".';
    throw invalidMessage(field, `brings the message to more than ${max} recipients`, { code: 'too_many', remedy });
  }
  if (!isList) return [[value, field]];
  return ownList(value, left, field).map((entry, index) => [entry, `${field}[${index}]`]);
}

function replyTo(value: unknown): CheckedMailbox[] | undefined {
  if (!Array.isArray(value)) return [parseMailbox(value as Mailbox, 'replyTo')];
  const list = ownList(value, MAX_REPLY_TO, 'replyTo');
  return list.length === 0 ? undefined : checkEach(list, (entry, index) => parseMailbox(entry as Mailbox, `replyTo[${index}]`));
}

function sender(from: unknown): CheckedMessage['from'] {
  if (typeof from !== 'object' || from === null || ownKeys(from, 'from').includes('address')) return parseMailbox(from as Mailbox, 'from');
  const name = ownValue(from, 'name', 'from');
  if (typeof name !== 'string') throw invalidMessage('from', 'needs a name or an address');
  return { name: checkName(name, 'from') };
}

/** True for a field that was left out, or whose form field was left empty. */
const isAbsent = (value: unknown): boolean => value === undefined || (typeof value === 'string' && value.trim() === '');
