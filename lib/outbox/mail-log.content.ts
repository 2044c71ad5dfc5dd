import { Injectable } from '@nestjs/common';
import { MailError } from '../shared/mail-error.js';
import { MailLogStore } from './mail-log.store.js';
import { type MessageContent, contentFrom } from './message-content.js';
import { OutboxStore } from './outbox.store.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** The largest content to read for a page, in parts of 48 KB. Parsing it takes less than 200 ms. */
const MAX_PAGE_PARTS = 750;

/** Reads the stored content of messages. */
@Injectable()
export class MailLogContent {
  constructor(
    private readonly outbox: OutboxStore,
    private readonly store: MailLogStore,
  ) {}

  /**
   * Returns the content of a message.
   * @param what completes the sentence "can’t be …"
   * @throws MailError `UNAVAILABLE` if the message is sensitive or its body was deleted
   */
  async of({ id, sensitive }: SmtpMessage, what: string): Promise<MessageContent> {
    if (sensitive) throw new MailError('UNAVAILABLE', `This message is sensitive. Its content is never ${what}.`);
    const parts = await this.outbox.parts(id);
    if (parts.length === 0) throw new MailError('UNAVAILABLE', `This message can’t be ${what}: its content is no longer stored.`);
    try {
      return contentFrom(parts);
    } catch (error) {
      throw error instanceof MailError ? new MailError('UNAVAILABLE', error.message) : error;
    }
  }

  /**
   * Returns the content of any message for a page that shows its addresses and sizes, or the reason why there is none: it was
   * deleted or damaged, or it is too large to read for that.
   */
  async forPage({ id }: SmtpMessage): Promise<MessageContent | 'deleted' | 'damaged' | 'large'> {
    const count = await this.store.partCount(id);
    if (count === 0) return 'deleted';
    if (count > MAX_PAGE_PARTS) return 'large';
    try {
      return contentFrom(await this.outbox.parts(id));
    } catch (error) {
      if (error instanceof MailError && error.code === 'CONTENT') return 'damaged';
      throw error;
    }
  }
}
