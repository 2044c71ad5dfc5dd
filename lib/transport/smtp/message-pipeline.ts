import type { Envelope } from '../../message/compose.js';
import type { SmtpPhase } from '../../shared/connection-test.js';
import type { MailError } from '../../shared/mail-error.js';
import type { SendReceipt } from '../mail-transport.js';
import { ENDLESS_REPLY, type SmtpFailure } from '../failures/failure-context.js';
import { toChunk, toDataBlock } from './data-block.js';
import type { Dialogue } from './dialogue.js';
import { Extensions } from './extensions.js';
import { replied, validReply } from './reply-reader.js';
import type { ServerLimits } from './server-limits.js';
import type { SmtpTimeouts } from './smtp-settings.js';
import { isPositive, isRefusal, type Outgoing, Transaction } from './transaction.js';

/** Longer envelopes are not sent behind a body: Haraka disconnects from a client that sends more than 8 KB there (measured). */
const MAX_FOLLOWING_BYTES = 4_096;
/** Exim disconnects after ten RSETs that do not follow an accepted message (measured). */
const MAX_REFUSED = 8;
/** No further message is sent with CHUNKING while as many bytes have no reply: they would wait for each other anyway. */
const MAX_CHUNKED_BYTES = 1_000_000;

/** The part of a session that its pipeline needs. */
export interface PipelineSession {
  dialogue: Dialogue;
  timeouts: SmtpTimeouts;
  limits: ServerLimits;
  /** The messages that may have no reply at the same time with CHUNKING; 1 without CHUNKING. */
  depth: number;
  /** Returns the error of a message, or of the session if there is none. */
  toError: (failure: SmtpFailure, transaction?: Transaction) => MailError;
  /** Returns the outcome of a message that was sent. */
  toReceipt: (transaction: Transaction, reply: string) => SendReceipt;
  redact: (words: string) => string;
  completePhase: (phase: SmtpPhase, words: string, next: SmtpPhase) => void;
  startPhase: (phase: SmtpPhase) => void;
  /** The session can take another message. */
  onReady: () => void;
}

/**
 * The messages of a session, in the order in which they are sent. Each has exactly one outcome: sent, refused, not sent, or unknown.
 *
 * With PIPELINING (RFC 2920), a message's envelope and DATA are one write, and the envelope of the following message is written
 * behind the body, so that a message takes one round trip. Only one body at a time has no outcome yet.
 *
 * With CHUNKING (RFC 3030) and a depth over 1, a whole message is one write, and up to `depth` messages have no outcome yet. A server
 * first gets one message, then two, to prove that it can.
 */
export class MessagePipeline {
  readonly #session: PipelineSession;
  #extensions = new Extensions();
  /** The messages without an outcome. The first is the one that the next reply is about. */
  #inFlight: Transaction[] = [];
  /** The last message, for the facts of a test. */
  #last?: Transaction;
  /** The refused messages since the last accepted one. They must be reset (RSET) before the next message. */
  #refused = 0;

  constructor(session: PipelineSession) {
    this.#session = session;
  }

  /** Uses the extensions of the last EHLO reply. */
  use(extensions: Extensions): void {
    this.#extensions = extensions;
  }

  /** The message that the next reply is about. */
  get current(): Transaction | undefined {
    return this.#inFlight[0];
  }

  /** The last message that the server replied about. */
  get last(): Transaction | undefined {
    return this.#last;
  }

  /** The number of messages without an outcome. */
  get load(): number {
    return this.#inFlight.length;
  }

  /** The number of messages that may be passed to {@link start} together. */
  get capacity(): number {
    const { limits, depth } = this.#session;
    if (!this.#extensions.has('PIPELINING')) return 1;
    if (this.#isChunking) return limits.provenChunks < 2 ? limits.provenChunks + 1 : depth;
    return limits.refusesFollowing ? 1 : 2;
  }

  /** True if another message may be passed to {@link start}. */
  get isReady(): boolean {
    if (this.load >= this.capacity || this.#refused + this.load >= MAX_REFUSED) return false;
    return !this.#isChunking || this.#inFlight.reduce((bytes, { size }) => bytes + size, 0) <= MAX_CHUNKED_BYTES;
  }

  /** True if whole messages are sent one behind the other. SIZE lets a server refuse a large one without losing its place. */
  get #isChunking(): boolean {
    const { limits, depth } = this.#session;
    return depth > 1 && !limits.refusesChunks && ['PIPELINING', 'CHUNKING', 'SIZE'].every((one) => this.#extensions.has(one));
  }

  /** Starts sending a message: at once, or behind the messages that are being sent. Call it only while {@link isReady}. */
  start(message: Outgoing): void {
    const { dialogue, toError, onReady } = this.#session;
    if (dialogue.isEnded) return message.onFailed(toError({ code: 'ECONNECTION' }), true);
    const transaction = new Transaction(message, this.#extensions);
    if (transaction.unsendable) {
      message.onFailed(toError(transaction.unsendable, transaction), false);
      return onReady();
    }
    const { current } = this;
    this.#inFlight.push(transaction);
    transaction.isFollowing = current !== undefined;
    if (!current) this.#turnTo(transaction);
    if (this.#isChunking) this.#writeChunk(transaction);
    else if (!current) this.#begin(transaction);
    else if (current.isBodyStarted && this.#mayFollow(transaction)) this.#writeEnvelope(transaction);
  }

  /** Sends the sender and the recipients, and resets them (RSET) before the message. @throws MailError if no recipient is accepted */
  async check(envelope: Envelope, size: number): Promise<void> {
    const { dialogue, timeouts, toError, startPhase } = this.#session;
    const message = { envelope, mime: Buffer.alloc(0), onSent: () => undefined, onFailed: () => undefined };
    const transaction = new Transaction(message, this.#extensions, size);
    this.#inFlight = [transaction];
    this.#turnTo(transaction);
    try {
      if (transaction.unsendable) throw toError(transaction.unsendable, transaction);
      for (let command = transaction.nextCommand; command; command = transaction.nextCommand) {
        this.#record(transaction, await dialogue.command(command.trimEnd(), timeouts.commandMs));
      }
      if (transaction.refusal) throw toError(transaction.refusal, transaction);
      await dialogue.command('RSET', timeouts.commandMs);
    } finally {
      startPhase(transaction.phase);
      this.#inFlight = [];
    }
  }

  /** The next reply is about this message. */
  #turnTo(transaction: Transaction): void {
    this.#last = transaction;
    this.#session.startPhase('sender');
  }

  #begin(transaction: Transaction): void {
    const { dialogue, timeouts } = this.#session;
    if (this.#extensions.has('PIPELINING')) return this.#writeEnvelope(transaction);
    if (this.#refused === 0) return this.#sendNext(transaction);
    dialogue.write('RSET\r\n');
    dialogue.expect(timeouts.commandMs, (reply) => this.#onReset(transaction, reply) && this.#sendNext(transaction));
  }

  /** Sends one command of an envelope after the other, to a server without PIPELINING. */
  #sendNext(transaction: Transaction): void {
    const { dialogue, timeouts } = this.#session;
    const { nextCommand: command, refusal } = transaction;
    if (!command && refusal) return this.#finish(transaction, refusal);
    dialogue.write(command ?? 'DATA\r\n');
    dialogue.expect(timeouts.commandMs, (reply) => {
      if (!command) return this.#onData(transaction, reply);
      this.#record(transaction, reply);
      this.#sendNext(transaction);
    });
  }

  /**
   * Returns the commands of an envelope. They begin with RSET, unless nothing needs to be reset: after a refusal, some servers refuse
   * the next MAIL but accept RCPT and DATA, and the mail would go out under the previous sender (measured).
   */
  #envelopeOf(transaction: Transaction): { text: string; isReset: boolean } {
    const isReset = this.#refused > 0 || transaction.isFollowing;
    return { text: `${isReset ? 'RSET\r\n' : ''}${transaction.commands.join('')}`, isReset };
  }

  /** Writes a whole envelope at once. */
  #writeEnvelope(transaction: Transaction): void {
    const { dialogue, timeouts } = this.#session;
    const { text, isReset } = this.#envelopeOf(transaction);
    dialogue.write(`${text}DATA\r\n`);
    transaction.isEnvelopeWritten = true;
    if (isReset) dialogue.expect(timeouts.commandMs, (reply) => this.#onReset(transaction, reply));
    for (const _command of transaction.commands) dialogue.expect(timeouts.commandMs, (reply) => this.#record(transaction, reply));
    dialogue.expect(timeouts.commandMs, (reply) => this.#onData(transaction, reply));
  }

  #mayFollow({ commands }: Transaction): boolean {
    if (this.#session.limits.refusesFollowing) return false;
    return commands.reduce((bytes, command) => bytes + Buffer.byteLength(command), 0) <= MAX_FOLLOWING_BYTES;
  }

  #onReset(transaction: Transaction, reply: string): boolean {
    const { dialogue, limits } = this.#session;
    transaction.isFollowingAnswered = transaction.isFollowing;
    if (!isPositive(reply)) {
      // Behind a body, the server may not have expected any command. Otherwise the session is of no use.
      if (transaction.isFollowing) limits.refusesFollowing = true;
      transaction.isUntried = true;
      dialogue.end({ code: 'ECONNECTION' });
      return false;
    }
    if (transaction.isFollowing) limits.hasFollowed = true;
    return true;
  }

  /** Writes an envelope and its body at once. The server reads the body, whatever it replies to the envelope (RFC 3030 §2). */
  #writeChunk(transaction: Transaction): void {
    const { dialogue, timeouts } = this.#session;
    const { text, isReset } = this.#envelopeOf(transaction);
    const pieces = toChunk(transaction.message.mime);
    const octets = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const socket = dialogue.socket!;
    transaction.isChunked = true;
    transaction.isEnvelopeWritten = true;
    transaction.isBodyStarted = true;
    socket.cork();
    dialogue.write(`${text}BDAT ${octets} LAST\r\n`);
    this.#writeAll(transaction, pieces);
    socket.uncork();
    // A refused RSET changes nothing: the replies to the envelope decide.
    if (isReset) dialogue.expect(timeouts.commandMs, (reply) => this.#isReply(transaction, reply));
    for (const _command of transaction.commands) dialogue.expect(timeouts.commandMs, (reply) => this.#record(transaction, reply));
    dialogue.expect(timeouts.dataMs, (reply, isEarly) => this.#onChunk(transaction, reply, isEarly), { takesEarly: true });
  }

  #onChunk(transaction: Transaction, reply: string, isEarly: boolean): void {
    const { dialogue, limits } = this.#session;
    const { refusal, refusedSender } = transaction;
    if (!this.#isReply(transaction, reply)) return;
    if (refusal && isPositive(reply)) return this.#drop(transaction, refusal);
    if (refusal) {
      // "Nested MAIL command" is no verdict: the server did not understand the RSET before it.
      transaction.isUntried = transaction.isFollowing && refusedSender?.responseCode === 503;
      if (transaction.isUntried) limits.refusesChunks = true;
      return this.#finish(transaction, refusal);
    }
    if (/^50[0-4]/.test(reply)) {
      // The server offered CHUNKING and does not know it. It may read the body as commands.
      limits.refusesChunks = true;
      transaction.isUntried = true;
      return dialogue.end({ code: ENDLESS_REPLY, ...replied(reply) });
    }
    this.#onBody(transaction, reply, isEarly);
  }

  /** Ends the session if a reply neither accepts nor refuses. */
  #isReply(transaction: Transaction, reply: string): boolean {
    const isReply = isPositive(reply) || isRefusal(reply);
    if (!isReply) this.#endOutOfStep(transaction, reply);
    return isReply;
  }

  #record(transaction: Transaction, reply: string): void {
    const { completePhase } = this.#session;
    const { phase } = transaction;
    if (!this.#isReply(transaction, reply)) return;
    transaction.record(reply);
    const isNested = transaction.isFollowing && transaction.refusedSender?.responseCode === 503;
    if (isNested && !transaction.isChunked) return this.#endOutOfStep(transaction, reply);
    if (phase === transaction.phase) return;
    if (phase === 'sender') completePhase('sender', validReply(reply), 'recipient');
    else {
      const accepted = transaction.recipients.findLast(({ response }) => isPositive(response));
      completePhase('recipient', validReply(accepted?.response ?? ''), 'message');
    }
  }

  /** The reply belongs to another command (RFC 2920 §3.2): later replies would, too. Behind a body, it is no verdict. */
  #endOutOfStep(transaction: Transaction, reply: string): void {
    const { dialogue, limits } = this.#session;
    if (transaction.isFollowing && !transaction.isChunked) {
      limits.refusesFollowing = true;
      transaction.isUntried = true;
    }
    dialogue.end({ code: ENDLESS_REPLY, ...replied(reply) });
  }

  #onData(transaction: Transaction, reply: string): void {
    const { refusal } = transaction;
    if (refusal) {
      if (isRefusal(reply)) return this.#finish(transaction, refusal);
      // The server waits for a message that nobody would receive, or that would go out under a previous sender (measured).
      return this.#drop(transaction, refusal);
    }
    if (reply.startsWith('3')) return this.#writeBody(transaction);
    if (isRefusal(reply)) return this.#finish(transaction, { code: 'EENVELOPE', command: 'DATA', ...replied(reply) });
    // A 250 is the reply to an earlier command.
    this.#endOutOfStep(transaction, reply);
  }

  #writeBody(transaction: Transaction): void {
    const { dialogue, timeouts } = this.#session;
    const socket = dialogue.socket!;
    const [, following] = this.#inFlight;
    transaction.isBodyStarted = true;
    socket.cork();
    this.#writeAll(transaction, toDataBlock(transaction.message.mime));
    dialogue.expect(timeouts.dataMs, (reply, isEarly) => this.#onBody(transaction, reply, isEarly), { takesEarly: true });
    if (following && this.#mayFollow(following)) this.#writeEnvelope(following);
    socket.uncork();
  }

  #writeAll(transaction: Transaction, pieces: readonly Buffer[]): void {
    const { dialogue } = this.#session;
    for (const piece of pieces.slice(0, -1)) dialogue.write(piece);
    dialogue.write(pieces.at(-1)!, () => (transaction.isBodyWritten = true));
  }

  #onBody(transaction: Transaction, reply: string, isEarly: boolean, isSecondLook = false): void {
    const { dialogue, limits, redact, completePhase } = this.#session;
    const isWritten = transaction.isBodyWritten && !isEarly;
    if (!isWritten || !isPositive(reply)) {
      // Node reads before it writes, and reports a finished write later: the envelope behind the body may not have been written yet.
      if (isPositive(reply) && !isEarly && !isSecondLook) return dialogue.postpone(() => this.#onBody(transaction, reply, isEarly, true));
      const failure = { code: 'EMESSAGE', command: 'DATA', ...replied(reply) };
      if (isWritten && isRefusal(reply)) return this.#finish(transaction, failure);
      // The server replied before it received the whole body, whose rest it would read as commands, or to something else.
      return this.#drop(transaction, failure);
    }
    const words = redact(validReply(reply));
    if (transaction.isChunked) limits.provedChunk(transaction.isFollowing);
    completePhase('message', words, 'sender');
    this.#finish(transaction, null, words);
  }

  /** Fails the current message and ends the session. */
  #drop(transaction: Transaction, failure: SmtpFailure): void {
    if (transaction !== this.current) return;
    const error = this.#session.toError(failure, transaction);
    this.#inFlight.shift();
    this.#session.dialogue.end({ code: 'ECONNECTION' });
    transaction.message.onFailed(error, false);
  }

  /** Settles the current message and continues with the following one. */
  #finish(transaction: Transaction, failure: SmtpFailure | null, reply = ''): void {
    if (transaction !== this.current) return;
    const { toError, toReceipt, onReady } = this.#session;
    const { message, isUntried } = transaction;
    const error = failure && toError(failure, transaction);
    this.#inFlight.shift();
    this.#refused = failure ? this.#refused + 1 : 0;
    const next = this.current;
    if (next) this.#continueWith(next);
    if (error) message.onFailed(error, isUntried);
    else message.onSent(toReceipt(transaction, reply));
    onReady();
  }

  #continueWith(next: Transaction): void {
    next.isFollowing = next.isEnvelopeWritten;
    this.#turnTo(next);
    if (!next.isEnvelopeWritten) this.#begin(next);
    if (next.expiredAfterMs !== undefined) this.expire(next.message, next.expiredAfterMs);
  }

  /** Ends the session with a TIMEOUT of a message, `afterMs` after it was passed on; not before the messages before it are done. */
  expire(message: Outgoing, afterMs: number): void {
    const transaction = this.#inFlight.find((one) => one.message === message);
    if (!transaction) return;
    if (transaction !== this.current) transaction.expiredAfterMs = afterMs;
    else this.#session.dialogue.end({ code: 'ETIMEDOUT', message: 'Deadline exceeded', afterMs });
  }

  /** Settles all messages when the session has ended. */
  end(failure: SmtpFailure, isByServer: boolean): void {
    const transactions = this.#inFlight.splice(0);
    learnFrom(failure, isByServer, transactions, this.#session.limits);
    for (const [index, transaction] of transactions.entries()) {
      // After a 421, a server takes nothing that was sent behind.
      const isUntaken = transaction.isChunked ? index > 0 && failure.responseCode === 421 : isUnanswered(transaction);
      const isUntried = transaction.isUntried || isUntaken;
      // The reply that ended the session is not about a message that was already written.
      const isOther = transaction.isChunked && (index > 0 || failure.code === ENDLESS_REPLY);
      const end = isOther && !isUntried ? { ...failure, response: undefined, responseCode: undefined } : failure;
      // A refusal stands, whatever comes in place of the reply to DATA.
      const cause = isUntried ? failure : (transaction.refusal ?? end);
      transaction.message.onFailed(this.#session.toError(cause, transaction), isUntried);
    }
  }
}

/** True for a message behind another one, without a body, that the server has not replied to. */
const isUnanswered = ({ isFollowing, isFollowingAnswered }: Transaction): boolean => isFollowing && !isFollowingAnswered;

/** A server that never replied to what was sent behind a body, and ends the session or is silent instead, may not understand it. */
function learnFrom({ code, response }: SmtpFailure, isByServer: boolean, transactions: readonly Transaction[], limits: ServerLimits): void {
  const isSilent = code === 'ETIMEDOUT';
  const [current] = transactions;
  const isOutOfStep = code === ENDLESS_REPLY;
  const isUnproven = transactions.some((one) => one.isChunked && limits.provenChunks < (one.isFollowing ? 2 : 1));
  if (isOutOfStep ? current?.isChunked : isUnproven && response === undefined && (isByServer || isSilent)) limits.refusesChunks = true;
  if (response !== undefined || limits.hasFollowed) return;
  const isLost = (one: Transaction) => !one.isChunked && one.isEnvelopeWritten && isUnanswered(one);
  if ((isSilent && current && isLost(current)) || (isByServer && transactions.some(isLost))) limits.refusesFollowing = true;
}
