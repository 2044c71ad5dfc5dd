import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { AuditEvent } from '../audit/audit-event.js';
import { uuid7 } from '../database/uuid7.js';
import { parseMailbox } from '../message/mailbox.js';
import type { Caller, CurrentAdmin } from '../options/access.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { MailError, validationError } from '../shared/mail-error.js';
import { addCount, type BulkReport, resendObstacle, sumCounts } from '../shared/mail-log.js';
import { activityLane } from './lane.js';
import { MailLogContent } from './mail-log.content.js';
import { MailLogReader } from './mail-log.reader.js';
import { recipientColumns } from './mail-log.recipients.js';
import { MailLogStore } from './mail-log.store.js';
import { type MessageContent, partsOf } from './message-content.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** The recipients of a resent message: the original ones, the admin who resends it, or one address. */
export type ResendTarget = 'original' | 'me' | (string & {});

/** Sends messages again as new ones. */
@Injectable()
export class MailLogResend {
  constructor(
    private readonly store: MailLogStore,
    private readonly content: MailLogContent,
    private readonly reader: MailLogReader,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /**
   * Queues a message again as a new one. Returns its id.
   * @throws MailError `UNAVAILABLE` if it is sensitive or its body was deleted; `VALIDATION` at `to` for an invalid address
   */
  async one(original: SmtpMessage, to: ResendTarget, call: Caller): Promise<string> {
    const content = readdress(await this.content.of(original, 'sent again'), to, call.admin);
    const row = resendRow(original, content, this.options);
    const record = { type: 'message', id: original.id } as const;
    const event: AuditEvent = { by: call, action: 'resend', record, details: { resent: row.id, to } };
    await this.store.insert(row, partsOf(content), event, this.options.delivery.expireAfterMs);
    return row.id;
  }

  /** Queues messages again for their original recipients. */
  async many(ids: readonly string[], call: Caller): Promise<BulkReport> {
    const notDone: BulkReport['notDone'] = {};
    let done = 0;
    const rows = await this.store.byIds(ids);
    const entries = await this.reader.entries(rows);
    for (const [index, row] of rows.entries()) {
      const obstacle = resendObstacle(entries[index]!) ?? ((await this.attempt(row, call)) ? undefined : 'body_deleted');
      if (obstacle) addCount(notDone, obstacle);
      else done++;
      // SQLite answers at once, so that nothing else would run until the end.
      await setImmediate();
    }
    addCount(notDone, 'changed', ids.length - done - sumCounts(notDone));
    return { done, waiting: {}, notDone };
  }

  /** Returns false if the content is damaged or was deleted in the meantime. */
  private async attempt(row: SmtpMessage, call: Caller): Promise<boolean> {
    try {
      await this.one(row, 'original', call);
      return true;
    } catch (error) {
      if (error instanceof MailError && error.code === 'UNAVAILABLE') return false;
      throw error;
    }
  }
}

/** Returns the content with other recipients. Clears the activity, which would add the configuration's copies again. */
export function readdress(content: MessageContent, to: ResendTarget, admin: CurrentAdmin): MessageContent {
  if (to === 'original') return content;
  const address = to === 'me' ? admin?.email : to;
  try {
    return { ...content, to: [parseMailbox(address as string, 'to')], cc: [], bcc: [], activity: '' };
  } catch {
    throw validationError({ to: { code: 'email', message: 'Enter one email address.' } });
  }
}

/**
 * Returns the row of the new message. It repeats the original choice of configuration, not the one that the original was finally
 * sent with. With the option `single`, a name is dropped, because no configuration can have it.
 */
export function resendRow(original: SmtpMessage, content: MessageContent, { single }: { single: boolean }): SmtpMessage {
  const isNamed = content.config !== undefined && !single;
  const { priority, activity, configName, subject, sensitive, messageId } = original;
  return {
    id: uuid7(),
    status: 'queued',
    lane: isNamed ? original.lane : activityLane(original.activity),
    priority,
    expiresAt: null,
    activity,
    configName: isNamed ? configName : null,
    ...recipientColumns(content),
    subject,
    messageId: `<${randomUUID()}@${messageId.slice(messageId.lastIndexOf('@') + 1, -1)}>`,
    sensitive,
    idempotencyKey: null,
    contentHash: '',
    attempts: 0,
    lostLeases: 0,
    isQuarantined: false,
    resentFrom: original.id,
  } as SmtpMessage;
}
