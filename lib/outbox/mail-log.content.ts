import { Injectable } from '@nestjs/common';
import { MailError } from '../shared/mail-error.js';
import { type MessageContent, contentFrom } from './message-content.js';
import { OutboxStore } from './outbox.store.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** Reads the stored content of messages, except of sensitive ones. */
@Injectable()
export class MailLogContent {
  constructor(private readonly outbox: OutboxStore) {}

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
}
