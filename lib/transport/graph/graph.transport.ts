import type { ComposedMail } from '../../message/compose.js';
import { MailError } from '../../shared/mail-error.js';
import { GraphClient } from './graph-client.js';
import { deliverByGraph } from './graph-delivery.js';
import type { GraphSettings } from './graph-settings.js';
import type { MailTransport, SendReceipt } from '../mail-transport.js';
import type { MailboxLimit } from './mailbox-limit.js';

/** Sends through Microsoft Graph as one mailbox, within the limits of that mailbox. No connection stays open between messages. */
export class GraphTransport implements MailTransport {
  readonly #settings: GraphSettings;
  readonly #limit: MailboxLimit;
  readonly #client: GraphClient;
  readonly #work = new Set<Promise<unknown>>();
  #isClosed = false;
  #isAborted = false;
  readonly idleClosed = Promise.resolve();

  constructor(settings: GraphSettings, limit: MailboxLimit) {
    this.#settings = settings;
    this.#limit = limit;
    this.#client = new GraphClient(settings);
  }

  /** Sends one message. @throws MailError `THROTTLED` before anything is sent, if the mailbox has reached its limit */
  async send(mail: ComposedMail): Promise<SendReceipt> {
    if (this.#isClosed) throw closed();
    const work = this.#limit.run(this.#settings.maxConnections, () => this.#deliver(mail));
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  async #deliver(mail: ComposedMail): Promise<SendReceipt> {
    if (this.#isAborted) throw closed();
    try {
      const { waitMs, ...receipt } = await deliverByGraph(this.#client, this.#settings, mail);
      // This message was sent, but the next one has to wait.
      this.#limit.pause(waitMs);
      return receipt;
    } catch (error) {
      if (error instanceof MailError && error.code === 'THROTTLED') this.#limit.pause(error.retryAfterMs ?? 0);
      throw error;
    }
  }

  async close(graceMs?: number): Promise<void> {
    this.#isClosed = true;
    const timer = graceMs === undefined ? undefined : setTimeout(() => this.#abort(), graceMs);
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    clearTimeout(timer);
  }

  #abort(): void {
    this.#isAborted = true;
    this.#client.abort();
  }
}

function closed(): MailError {
  return new MailError('CONNECTION', 'This connection is closed.', {
    remedy: 'Send the message again. The configuration has changed, or the application is stopping.',
  });
}
