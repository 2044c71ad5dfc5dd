import type { ActionContext, ActionResponse, BaseRecord, RecordActionResponse } from 'adminjs';
import { Filter, flat, ForbiddenError, NotFoundError } from 'adminjs';
import type { MailLogService } from '../../outbox/mail-log.service.js';
import type { MailLogFile } from '../../outbox/mail-log.files.js';
import type { Activity } from '../../shared/smtp-config.js';
import { type FileHead, safeFilename, sendFile, withStatus } from '../adminjs/download.js';
import type { Handler } from '../adminjs/on-post.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import type { ResourceTexts } from '../locales/language.js';
import { knownTimeZone, logCsv } from './log-csv.js';
import { filtersOf } from './smtp-message.resource.js';

/** The texts of the log and of the configurations in the panel's languages. */
type Translations = Readonly<Record<'SmtpMessage' | 'SmtpConfig', Readonly<Record<string, ResourceTexts>>>>;

interface DownloadHandlers {
  eml: Handler<RecordActionResponse>;
  attachment: Handler<RecordActionResponse>;
  csv: Handler<ActionResponse>;
}

/** Creates the handlers of downloads. All of them require POST, because downloads are recorded. */
export function downloadHandlers(
  messages: MailLogService,
  { translations, activities }: { translations: Translations; activities: readonly Activity[] },
): DownloadHandlers {
  const onRecord = (
    read: (id: string, payload: Record<string, unknown>, context: ActionContext) => Promise<{ file: MailLogFile; head: FileHead }>,
  ): Handler<RecordActionResponse> =>
    withStatus(async ({ method, payload }, response, context) => {
      const { record, currentAdmin } = context;
      if (!record) throw new NotFoundError('This message does not exist.', 'SmtpMessage');
      if (method === 'post') {
        const { file, head } = await read(record.id(), payload ?? {}, context);
        await sendFile(response, head, file.content);
      }
      return { record: (record satisfies BaseRecord).toJSON(currentAdmin) };
    });

  const eml = onRecord(async (id, _payload, context) => {
    const file = await messages.eml(id, callerOf(context));
    return { file, head: { filename: safeFilename(file.filename, 'message', '.eml'), contentType: 'message/rfc822' } };
  });

  const attachment = onRecord(async (id, { index }, context) => {
    const isText = typeof index === 'string' || typeof index === 'number';
    const position = isText && /^\d{1,3}$/.test(String(index)) ? Number(index) : -1;
    const file = await messages.attachment(id, position, callerOf(context));
    // Not the type that the application named: no browser may show the file.
    return { file, head: { filename: safeFilename(file.filename, 'attachment'), contentType: 'application/octet-stream' } };
  });

  const csv: Handler<ActionResponse> = withStatus(async ({ method, payload, query }, response, context) => {
    if (method !== 'post') throw new ForbiddenError('Use POST.');
    const { filters = {} } = flat.unflatten<Record<string, Record<string, string>>, Record<string, string>>(query ?? {});
    const exported = await messages.export(filtersOf(new Filter(filters, context.resource)), callerOf(context));
    const asked = String(payload?.language);
    const language = Object.hasOwn(translations.SmtpMessage, asked) ? asked : Object.keys(translations.SmtpMessage)[0]!;
    const texts = translations.SmtpMessage[language]!;
    const reasons = translations.SmtpConfig[language]!.components;
    const timeZone = knownTimeZone(payload?.timeZone);
    const head = {
      filename: `mail-log-${new Date().toISOString().slice(0, 10)}.csv`,
      contentType: 'text/csv; charset=utf-8',
      headers: { 'X-Smtp-Messages': String(exported.count), ...(exported.isCut && { 'X-Smtp-Cut': 'true' }) },
    };
    await sendFile(response, head, logCsv(exported, { texts, reasons, language, activities, timeZone }));
    return {};
  });

  return { eml, attachment, csv };
}
