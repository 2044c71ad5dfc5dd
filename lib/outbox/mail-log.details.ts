import { Injectable } from '@nestjs/common';
import { type ComposedMail, compose, type SenderSettings } from '../message/compose.js';
import type { CheckedMailbox, CheckedMessage } from '../message/mail-message.js';
import { MailError } from '../shared/mail-error.js';
import type { MailLogDetails, MailLogMailboxes, MailLogPart, SenderBasis } from '../shared/message-details.js';
import { readFrozen } from './frozen.js';
import { MailLogContent } from './mail-log.content.js';
import { MailLogReader } from './mail-log.reader.js';
import { filesOf, type MessageContent } from './message-content.js';
import { senderOf } from './sender-settings.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** The most mailboxes of a header to list. */
const MAX_LISTED = 100;

/** A message of which nothing is known. */
const BLANK: CheckedMessage = { to: [], cc: [], bcc: [], subject: '', attachments: [], alternatives: [], headers: {}, activity: '' };

/** Determines the sender, the recipients and the parts of messages. Callers check the permission. */
@Injectable()
export class MailLogDetailsReader {
  constructor(
    private readonly reader: MailLogReader,
    private readonly content: MailLogContent,
  ) {}

  async of(row: SmtpMessage): Promise<MailLogDetails> {
    const found = await this.content.forPage(row);
    const content = typeof found === 'string' ? undefined : found;
    const { sender, changedAt } = await this.senderOf(row);
    const message: CheckedMessage = content ? { ...content, attachments: [], alternatives: [], icalEvent: undefined } : BLANK;
    const mail = sender && tryCompose(message, sender, row);
    const { to, cc, bcc } = mail ?? message;
    const dependsOnConfig = !message.from?.address || cc.length > message.cc.length || bcc.length > message.bcc.length;
    return {
      from: mail?.from ?? ownFrom(message),
      basis: content ? basisOf(row, dependsOnConfig ? changedAt : undefined) : 'config',
      replyTo: mail?.replyTo ?? message.replyTo ?? [],
      recipients: content ? { to: listed(to, message.to), cc: listed(cc, message.cc), bcc: listed(bcc, message.bcc) } : null,
      parts: content && !row.sensitive ? partsOf(content) : null,
      content: typeof found === 'string' ? found : 'stored',
    };
  }

  /** Returns the settings with which a message was or will be sent, as far as known, and the time of their last change. */
  private async senderOf(row: SmtpMessage): Promise<{ sender?: SenderSettings; changedAt?: Date }> {
    const frozen = row.frozen === null ? undefined : readFrozen(row.frozen);
    if (frozen) return { sender: frozen.sender };
    const config = await this.reader.configOf(row);
    return config ? { sender: senderOf(config), changedAt: config.updatedAt } : {};
  }
}

/** Returns undefined if there is no From address, or if an address of the configuration is damaged. */
function tryCompose(message: CheckedMessage, sender: SenderSettings, { sensitive }: SmtpMessage): ComposedMail | undefined {
  try {
    return compose(message, sender, { isSensitive: sensitive });
  } catch (error) {
    if (error instanceof MailError) return undefined;
    throw error;
  }
}

function ownFrom({ from }: CheckedMessage): CheckedMailbox | null {
  return from?.address ? { name: from.name ?? '', address: from.address } : null;
}

/** @param changedAt the last change of the settings, if the sender or the recipients depend on settings that were not kept */
function basisOf({ status, sentAt, createdAt }: SmtpMessage, changedAt: Date | undefined): SenderBasis {
  if (status !== 'sent' && status !== 'partially_sent' && status !== 'unknown') return 'planned';
  return changedAt === undefined || changedAt <= (sentAt ?? createdAt) ? 'sent' : 'current';
}

/** @param own the message's own mailboxes; the configuration added the others */
function listed(all: readonly CheckedMailbox[], own: readonly CheckedMailbox[]): MailLogMailboxes {
  const addresses = new Set(own.map(({ address }) => address.toLowerCase()));
  return {
    shown: all
      .slice(0, MAX_LISTED)
      .map(({ name, address }) => ({ name, address, ...(!addresses.has(address.toLowerCase()) && { isCopy: true }) })),
    more: Math.max(0, all.length - MAX_LISTED),
  };
}

function partsOf(content: MessageContent): MailLogPart[] {
  const part = (kind: 'text' | 'html'): MailLogPart[] =>
    content[kind] === undefined ? [] : [{ kind, bytes: Buffer.byteLength(content[kind]) }];
  return [
    ...part('text'),
    ...part('html'),
    ...filesOf(content).map(({ cid, base64 }): MailLogPart => ({
      kind: cid === undefined ? 'attachment' : 'inline',
      bytes: Buffer.byteLength(base64, 'base64'),
    })),
  ];
}
