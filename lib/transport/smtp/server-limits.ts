import type { RejectedRecipient } from '../../shared/mail-error.js';
import { AddressOrder } from './address-order.js';

/** The most messages of a session. Some relays limit them, and a new connection after this many costs little. */
const MAX_MESSAGES = 1_000;
/** The time after which one more connection is tried than the server accepted. */
const ANOTHER_CONNECTION_MS = 60_000;
/** The time for which a deferral that a new connection did not change is not tried over another one: greylisting lasts minutes. */
const DEFERRAL_MS = 3_600_000;
/** The time for which a limit is remembered. A single reply may be mistaken for one, e.g. of a server that is restarted. */
const LIMIT_MS = 3_600_000;
/** The most deferrals that are remembered. */
const MAX_DEFERRALS = 100;

/** The limits of a server and the order of its addresses, learned in all sessions of a configuration. */
export class ServerLimits {
  /** True if the server mishandles an envelope behind a body. */
  refusesFollowing = false;
  /** True once the server replied to an envelope behind a body. */
  hasFollowed = false;
  /** True if the server mishandles CHUNKING, or whole messages one behind the other. */
  refusesChunks = false;
  /** The messages with CHUNKING that the server is known to take at once: 0 before the first, 1 after it, 2 after one behind another. */
  provenChunks = 0;
  /** The order of its addresses. */
  readonly order: AddressOrder;
  #messages = { limit: MAX_MESSAGES, since: 0 };
  #recipients = { limit: Infinity, since: 0 };
  #connections = { open: Infinity, since: 0 };
  readonly #deferrals = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {
    this.order = new AddressOrder(now);
  }

  /** The messages that the server accepts in one session. */
  get messages(): number {
    return this.#isRecent(this.#messages) ? this.#messages.limit : MAX_MESSAGES;
  }

  /** The recipients that the server accepts for one message. */
  get recipients(): number {
    return this.#isRecent(this.#recipients) ? this.#recipients.limit : Infinity;
  }

  /** The connections that may be open: all those that the server accepted, and one more for each minute since it refused one. */
  get connections(): number {
    const { open, since } = this.#connections;
    return open + Math.floor((this.now() - since) / ANOTHER_CONNECTION_MS);
  }

  /** Records that the server refused a connection while others were open. */
  refusedConnection(open: number): void {
    this.#connections = { open, since: this.now() };
  }

  /** Records that a session deferred a message after `messages` others, and a new session accepted it. */
  endedSession(messages: number): void {
    this.#messages = { limit: Math.max(1, Math.min(this.messages, messages)), since: this.now() };
  }

  /** Records that the server accepted only so many recipients. */
  refusedRecipients(accepted: number): void {
    this.#recipients = { limit: Math.max(1, Math.min(this.recipients, accepted)), since: this.now() };
  }

  /** Records that the server accepted a message with CHUNKING. */
  provedChunk(isBehindAnother: boolean): void {
    this.provenChunks = Math.max(this.provenChunks, isBehindAnother ? 2 : 1);
  }

  /** True if a new connection got the same reply recently. */
  isKnownDeferral(reply: string): boolean {
    const at = this.#deferrals.get(deferralKey(reply));
    return at !== undefined && this.now() - at < DEFERRAL_MS;
  }

  /** Records that a new connection got the same reply. */
  keptDeferring(reply: string): void {
    const key = deferralKey(reply);
    this.#deferrals.delete(key);
    this.#deferrals.set(key, this.now());
    const [oldest] = this.#deferrals.keys();
    if (this.#deferrals.size > MAX_DEFERRALS) this.#deferrals.delete(oldest!);
  }

  #isRecent({ since }: { since: number }): boolean {
    return this.now() - since < LIMIT_MS;
  }
}

/** Returns a reply without addresses and numbers, which differ between messages. */
const deferralKey = (reply: string): string => `${reply.slice(0, 9)} ${reply.slice(9).replace(/<[^>]*>|\S*@\S*|\d+/g, '')}`;

/** True if a recipient was refused only because the message has too many (RFC 5321 §4.5.3.1.10). */
export function isOneTooMany({ code, reply }: RejectedRecipient): boolean {
  return (code === 452 || code === 552) && /[45]\.5\.3\b|too many recipients|recipients? limit|limit of recipients/i.test(reply);
}
