import { fill } from '../../shared/fill.js';
import { localeOf } from '../../shared/locale.js';
import type { MailLogEntry } from '../../shared/mail-log.js';
import { failureText } from '../../shared/failure-words.js';
import { listRecipients } from '../../shared/recipients.js';
import type { MailLogExport } from '../../outbox/mail-log.export.js';
import type { Activity } from '../../shared/smtp-config.js';
import type { ResourceTexts } from '../locales/language.js';
import { BYTE_ORDER_MARK, csvRow } from './csv.js';

/** The names and words of a table, and the time zone of its times. */
export interface CsvSettings {
  texts: ResourceTexts;
  /** The texts of the screens of configurations, which include the reasons of failures. */
  reasons: ResourceTexts['components'];
  /** The language of the texts. */
  language: string;
  activities: readonly Activity[];
  timeZone: string;
}

type Column = (entry: MailLogEntry, settings: CsvSettings & { time: (at: Date | null) => string }) => string | number | null;

/** The columns by the key of their title; times have their time zone in the title. */
const COLUMNS: Record<string, Column> = {
  createdAt: ({ createdAt }, { time }) => time(createdAt),
  status: ({ status }, { texts }) => texts.labels[`status_${status}`] ?? status,
  csvReason: reasonOf,
  activity: ({ activity }, { activities }) => activities.find(({ key }) => key === activity)?.label ?? activity,
  configName: ({ sentBy, configName }) => sentBy ?? configName,
  recipients: (entry, { texts }) => listRecipients(entry, (values) => fill(texts.components.recipientsAndMore!, values)),
  subject: ({ sensitive, subject }, { texts }) => (sensitive ? texts.components.sensitiveSubject! : subject),
  messageId: ({ messageId }) => messageId,
  attempts: ({ attempts }) => attempts,
  lastCode: ({ lastCode }) => lastCode,
  lastReply: ({ lastReply }) => lastReply,
  sentAt: ({ sentAt }, { time }) => time(sentAt),
};

/** Writes an export as a CSV file in the panel's language. If messages are missing, the last line says so. */
export async function* logCsv({ batches, isCut, count }: MailLogExport, settings: CsvSettings): AsyncGenerator<string> {
  const { texts, timeZone } = settings;
  const format = timeFormat(timeZone);
  const row = { ...settings, time: (at: Date | null) => (at ? format.format(at) : '') };
  const columns = Object.entries(COLUMNS);
  const title = (key: string): string => {
    const name = (texts.properties[key] ?? texts.components[key])!;
    return key === 'createdAt' || key === 'sentAt' ? `${name} (${timeZone})` : name;
  };
  yield BYTE_ORDER_MARK + csvRow(columns.map(([key]) => title(key)));
  for await (const entries of batches) {
    yield entries.map((entry) => csvRow(columns.map(([, read]) => read(entry, row)))).join('');
  }
  if (isCut) yield csvRow([fill(texts.components.csvCut!, { count })]);
}

/** Formats times as `2026-12-31 23:59:59`, which spreadsheets recognize in every language. */
function timeFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
}

/** Returns the time zone if it is known; otherwise UTC. */
export function knownTimeZone(name: unknown): string {
  try {
    return typeof name === 'string' && name.length < 64
      ? new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
      : 'UTC';
  } catch {
    return 'UTC';
  }
}

/** Returns why a message was not sent: what it waits for, or the last failure. */
function reasonOf(
  { status, reason, failure, delivery }: MailLogEntry,
  { texts: { components }, reasons, language }: CsvSettings,
): string | null {
  if (reason) return components[`reason_${reason}`] ?? reason;
  const missed = delivery?.refused.map(({ address }) => address).join(', ');
  if (missed) return fill(components.notDelivered!, { recipients: missed });
  if (!failure || status === 'sent' || status === 'cancelled') return null;
  return failureText(failure, { optional: (key, values = {}) => fill(reasons[key] ?? '', values), locale: localeOf(language) });
}
