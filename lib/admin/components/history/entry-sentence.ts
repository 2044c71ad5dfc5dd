import { AUDIT_ACTIONS, type SmtpAuditAction } from '../../../shared/audit.js';
import { type EntryTexts, type HistoryEntry, changesOf, recordNameOf } from './entry-values.js';

/** The most fields that a sentence names. */
const MAX_FIELDS = 4;

type Did = [key: string, values?: Record<string, string | number>];

/**
 * Returns what happened as a sentence: "Changed main: Port, Security". On the page of a message, the sentence does not mention the
 * message: "Moved from main to spare".
 */
export function sentenceOf(entry: HistoryEntry, words: EntryTexts, { isOnItsPage = false } = {}): string {
  const [key, values] = AUDIT_ACTIONS.includes(entry.action) ? SENTENCES[entry.action](entry, words) : unknown(entry);
  const prefix = isOnItsPage && entry.record?.type === 'message' && key !== 'unknown' ? 'here' : 'did';
  return words.texts.t(`${prefix}_${key}`, { name: recordNameOf(entry, words), ...values });
}

const unknown = ({ action }: HistoryEntry): Did => ['unknown', { action: String(action) }];

/** Returns a constant sentence that names the record. */
const simple = (key: string) => (): Did => [key];

const SENTENCES: Record<SmtpAuditAction, (entry: HistoryEntry, words: EntryTexts) => Did> = {
  create: simple('create'),
  update: updated,
  delete: simple('delete'),
  duplicate: ({ details }, { texts }) => ['duplicate', { original: textOf(details.original) ?? texts.t('unnamed') }],
  set_default: simple('set_default'),
  adopt: ({ record }) => [record ? 'adopt' : 'adopt_choices'],
  reencrypt: simple('reencrypt'),
  test: ({ details }) => [details.checkOnly === true ? 'test_check' : 'test'],
  test_draft: ({ record }) => [record ? 'test_draft' : 'test_draft_new'],
  detect: ({ details }) => ['detect', { host: serverOf(details) }],
  fetch_certificates: ({ details }) => ['fetch_certificates', { host: serverOf(details) }],
  check_secret: ({ details }) => ['check_secret', { key: textOf(details.key) ?? '' }],
  assign: ({ changes }) => {
    const config = textOf(changes.config?.after);
    return config === undefined ? ['assign_default'] : ['assign', { config }];
  },
  preview: simple('preview'),
  eml: simple('eml'),
  attachment: ({ details }) => ['attachment', { number: textOf(details.attachment) ?? '?' }],
  export: ({ details }) => ['export', { messages: textOf(details.messages) ?? '?' }],
  resend: ({ details }) => {
    const to = textOf(details.to);
    if (to === undefined || to === 'original') return ['resend'];
    return to === 'me' ? ['resend_me'] : ['resend_to', { to }];
  },
  retry: simple('retry'),
  move: ({ changes }, { texts }) => {
    const [before, after] = [textOf(changes.configName?.before), textOf(changes.configName?.after) ?? texts.t('unnamed')];
    return before === undefined ? ['move_to', { after }] : ['move', { before, after }];
  },
  cancel: simple('cancel'),
  try_config: simple('try_config'),
};

function updated(entry: HistoryEntry, { config }: EntryTexts): Did {
  const changes = Object.fromEntries(changesOf(entry));
  const fields = Object.keys(changes);
  const [only] = fields.length === 1 ? fields : [];
  if (only === 'enabled') return [changes.enabled!.after === true ? 'enable' : 'disable'];
  const names = only === 'name' && [textOf(changes.name!.before), textOf(changes.name!.after)];
  if (names && names[0] !== undefined && names[1] !== undefined) return ['rename', { before: names[0], after: names[1] }];
  // In the form, a secret, its source and its key are one field.
  const labels = [...new Set(fields.map((field) => config.property(field)))];
  const shown = labels.slice(0, MAX_FIELDS).join(', ');
  return labels.length > MAX_FIELDS ? ['update_more', { fields: shown, count: labels.length - MAX_FIELDS }] : ['update', { fields: shown }];
}

function serverOf({ host, port }: HistoryEntry['details']): string {
  const name = textOf(host) ?? '?';
  return textOf(port) === undefined ? name : `${name}:${textOf(port)}`;
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}
