import { type ComposedMail, ownSenderOf } from '../message/compose.js';
import { isPermanent, MailError, type MailErrorDetails, type RejectedRecipient } from '../shared/mail-error.js';
import { diagnosedError, type FailureReason } from '../transport/failures/diagnoses.js';
import { withoutAddresses } from '../transport/failures/refusal.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** The recent replies of a configuration's server about recipients. */
interface Replies {
  version: number;
  /** True if it accepted mail since the last refusal for a reason that may concern the recipient. */
  hasAccepted: boolean;
  /** The last refusal that its words do not explain, unless a recipient was accepted since. */
  last?: { words: string; domain: string };
}

/**
 * Reasons that may concern a recipient instead of the configuration: a server may accept mail for its own domains without a login, and
 * a provider may accept mail to verified recipients only.
 */
const VARYING_REASONS: readonly string[] = ['relay_denied', 'auth_required', 'sender_unverified'] satisfies FailureReason[];

/**
 * Decides whether a refusal concerns the message or its configuration, in which case other messages wait instead of failing one after
 * the other. Servers check the client and the sender at each recipient, and not all of them say what they object to.
 */
export class RefusalAttribution {
  readonly #replies = new Map<string, Replies>();

  /** Notes that the server accepted a message. */
  recordAccepted(config: SmtpConfig): void {
    const replies = this.#of(config);
    replies.hasAccepted = true;
    replies.last = undefined;
  }

  /** Returns the error of a delivery with the party at fault. */
  attribute(error: MailError, config: SmtpConfig, mail: ComposedMail): MailError {
    const { rejected = [], reason = '', phase, reply } = error;
    // The content comes after the recipients.
    if (phase === 'message' && reply !== undefined) this.#of(config).last = undefined;
    const blamed = error.code === 'SENDER' && error.fault === 'server' ? attributeSender(error, config, mail) : error;
    if (blamed.fault === 'server' && VARYING_REASONS.includes(reason)) return this.#attributeVarying(blamed, config, mail);
    const isUnexplained = rejected.length > 0 && rejected.every((one) => isPermanent(one) && one.reason === 'recipient_policy');
    return isUnexplained ? this.#attributeUnexplained(blamed, rejected, config) : blamed;
  }

  /**
   * Blames the message only if the server accepted another one since the last such refusal, and the refusal came after the sender or
   * the sender is the message's own.
   */
  #attributeVarying(error: MailError, config: SmtpConfig, mail: ComposedMail): MailError {
    const replies = this.#of(config);
    const mayConcernMessage = error.phase === 'recipient' || error.phase === 'message' || ownSenderOf(mail, config) !== undefined;
    if (!replies.hasAccepted || !mayConcernMessage) return error;
    replies.hasAccepted = false;
    const { rejected } = error;
    const retryable = rejected ? !rejected.every(isPermanent) : error.reply?.startsWith('4') === true;
    return new MailError(rejected ? 'RECIPIENT' : 'CONTENT', error.summary, { ...detailsOf(error), fault: 'message', retryable });
  }

  /**
   * Blames the configuration if recipients of two messages and domains are refused in the same words, with none accepted in between.
   * The recipients of one message are not compared: it would be tried again and again if only its recipients are refused.
   */
  #attributeUnexplained(error: MailError, rejected: readonly RejectedRecipient[], config: SmtpConfig): MailError {
    const replies = this.#of(config);
    const { last } = replies;
    const refusals = rejected.map((one) => ({ words: wordsOf(one), domain: domainOf(one.address) }));
    replies.last = refusals.at(-1);
    const index = refusals.findIndex(({ words, domain }) => last?.words === words && last.domain !== domain);
    if (index < 0) return error;
    const { values, phase, cause } = error;
    return diagnosedError('recipients_alike', values, { reply: rejected[index]!.reply, phase, rejected: [...rejected], cause });
  }

  #of({ id, version }: SmtpConfig): Replies {
    const known = this.#replies.get(id);
    if (known && known.version >= version) return known;
    const replies = { version, hasAccepted: false };
    this.#replies.set(id, replies);
    return replies;
  }
}

/** Attributes the refusal of a message's own sender or From address to the message: other mail of the configuration is not affected. */
function attributeSender(error: MailError, config: SmtpConfig, mail: ComposedMail): MailError {
  const address = ownSenderOf(mail, config);
  if (address === undefined) return error;
  const { reply, rejected, phase, cause } = error;
  const retryable = reply?.startsWith('4') === true;
  return diagnosedError('own_from_refused', { from: address }, { fault: 'message', retryable, reply, rejected, phase, cause });
}

function detailsOf({ remedy, reply, rejected, phase, reason, values, cause }: MailError): MailErrorDetails {
  return { remedy, reply, rejected, phase, reason, values, cause };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** Returns a reply without what differs between recipients: addresses, the domain, and words with digits such as ids. */
function wordsOf({ reply, code, address }: RejectedRecipient): string {
  const words = withoutAddresses(reply)
    .toLowerCase()
    .replaceAll(domainOf(address), '')
    .replace(/\S*\d\S*/g, '#');
  return `${code} ${words}`;
}
