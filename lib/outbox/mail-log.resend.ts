import { randomUUID } from 'node:crypto';
import { parseMailbox } from '../message/mailbox.js';
import type { CurrentAdmin } from '../options/access.js';
import { validationError } from '../shared/mail-error.js';
import type { MessageContent } from './message-content.js';
import type { SmtpMessage } from './smtp-message.entity.js';
import { uuid7 } from '../database/uuid7.js';
import { activityLane } from './lane.js';

/** The recipients of a resent message: the original ones, the admin who resends it, or one address. */
export type ResendTarget = 'original' | 'me' | (string & {});

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
    recipients: content.to
      .map(({ address }) => address)
      .join(', ')
      .slice(0, 512),
    recipientCount: content.to.length + content.cc.length + content.bcc.length,
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
