import { Injectable } from '@nestjs/common';
import { detectExtension } from 'nodemailer/lib/mime-funcs';
import { AuditTrail } from '../audit/audit-trail.js';
import { compose, type SenderSettings } from '../message/compose.js';
import { buildMime } from '../message/mime.js';
import type { Caller } from '../options/access.js';
import { MailError } from '../shared/mail-error.js';
import { readFrozen } from './frozen.js';
import { MailLogContent } from './mail-log.content.js';
import { MailLogReader } from './mail-log.reader.js';
import { filesOf, messageOf } from './message-content.js';
import { senderOf } from './sender-settings.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** A file to download. */
export interface MailLogFile {
  /** As the application named it; it may contain any characters. Of a message, its subject. */
  filename: string;
  /** Null if the application named none. */
  contentType: string | null;
  content: Buffer;
}

/** Returns messages and their attachments as files, and records each download. Callers check the permission. */
@Injectable()
export class MailLogFiles {
  /** The end of the last file, because reading a message of 150 MB takes several times as much memory. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly reader: MailLogReader,
    private readonly content: MailLogContent,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Returns a message as its recipients get it: without the Bcc header, which would tell everyone to whom the file is passed on.
   * @throws MailError `UNAVAILABLE` if it is sensitive, its body was deleted, or its sender is not known
   */
  async eml(row: SmtpMessage, by: Caller): Promise<MailLogFile> {
    return this.inTurn(async () => {
      const message = messageOf(await this.content.of(row, 'downloaded'));
      const sender = await this.senderOf(row);
      let mail;
      try {
        mail = compose(message, sender, { isSensitive: false, messageId: row.messageId });
      } catch (error) {
        throw error instanceof MailError ? new MailError('UNAVAILABLE', `${error.message} ${error.remedy}`) : error;
      }
      const content = await buildMime({ ...mail, date: row.sentAt ?? mail.date }, { keepBcc: false });
      await this.trail.record({ by, action: 'eml', record: { type: 'message', id: row.id } });
      return { filename: message.subject, contentType: 'message/rfc822', content };
    });
  }

  /**
   * Returns a file of a message.
   * @param index its place among the files of {@link MailPreview}, from 0
   * @throws MailError `NOT_FOUND`; `UNAVAILABLE` if the message is sensitive or its body was deleted
   */
  async attachment(row: SmtpMessage, index: number, by: Caller): Promise<MailLogFile> {
    return this.inTurn(async () => {
      const files = filesOf(await this.content.of(row, 'downloaded'));
      const found = Number.isSafeInteger(index) ? files[index] : undefined;
      if (!found) throw new MailError('NOT_FOUND', 'This attachment does not exist.');
      const { contentType = null, base64 } = found;
      const filename = found.filename || `attachment-${index + 1}.${detectExtension(contentType ?? false)}`;
      // Not by its name, because the history is kept longer than the content.
      await this.trail.record({
        by,
        action: 'attachment',
        record: { type: 'message', id: row.id },
        details: { attachment: index + 1 },
      });
      return { filename, contentType, content: Buffer.from(base64, 'base64') };
    });
  }

  private async senderOf(row: SmtpMessage): Promise<SenderSettings> {
    const frozen = row.frozen === null ? undefined : readFrozen(row.frozen);
    if (frozen) return frozen.sender;
    const config = await this.reader.configOf(row);
    if (config) return senderOf(config);
    throw new MailError(
      'UNAVAILABLE',
      'This message can’t be downloaded: its configuration does not exist, so its sender and signature are not known.',
    );
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
