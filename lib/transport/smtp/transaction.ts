import { isAscii as isAsciiBytes } from 'node:buffer';
import type { Envelope } from '../../message/compose.js';
import type { MailError } from '../../shared/mail-error.js';
import type { SmtpFailure } from '../failures/failure-context.js';
import type { SendReceipt } from '../mail-transport.js';
import { toAsciiEnvelope } from './ascii-envelope.js';
import type { Extensions } from './extensions.js';
import { mailParameters, rcptParameters } from './notification-parameters.js';

/** A rendered message, and the functions that receive its outcome: exactly one of them is called, once. */
export interface Outgoing {
  envelope: Envelope;
  mime: Buffer;
  onSent(receipt: SendReceipt): void;
  /** @param isUntried true if the server did not judge the message, so that it may be sent over another connection */
  onFailed(error: MailError, isUntried: boolean): void;
}

/** The length of the replies about a message's recipients of which every word is kept. A server may refuse hundreds of them. */
const MAX_WORDS = 32_768;
const MAX_SHORT_REPLY = 200;

/** One message in a session: its commands, and what the server replied to them so far. */
export class Transaction {
  phase: 'sender' | 'recipient' | 'message' = 'sender';
  /** True once the server asked for the body and its first byte was written. */
  isBodyStarted = false;
  /** True once the whole body was handed to the operating system. */
  isBodyWritten = false;
  /** True if the envelope is or will be written before the reply to the message before it. */
  isFollowing = false;
  /** True if the body was written with the envelope (CHUNKING). */
  isChunked = false;
  /** True once the whole envelope was written. */
  isEnvelopeWritten = false;
  /** True once the server replied to the first command of an envelope behind a body. */
  isFollowingAnswered = false;
  /** True if the server's refusal is no verdict on the message. */
  isUntried = false;
  /** The time after which the message expired while it waited behind another. */
  expiredAfterMs?: number;
  /** The recipients that the server replied about. */
  readonly recipients: SmtpFailure[] = [];
  /** The commands MAIL and RCPT, each with its line end. */
  readonly commands: readonly string[];
  readonly original: (address: string) => string;
  readonly #to: readonly string[];
  readonly #maxSize: number;
  readonly #utf8?: SmtpFailure;
  #isSenderDecided = false;
  #refusedSender?: SmtpFailure;
  #words = 0;

  constructor(
    readonly message: Outgoing,
    extensions: Extensions,
    readonly size = message.mime.length,
  ) {
    this.#maxSize = extensions.maxSize;
    const { ascii, original } = toAsciiEnvelope(message.envelope);
    this.original = original;
    this.#to = ascii.to;
    const utf8 = utf8Address(ascii, message.mime);
    this.#utf8 = extensions.has('SMTPUTF8') ? undefined : utf8;
    this.commands = envelopeCommands(ascii, { mime: message.mime, size, needsUtf8: utf8 !== undefined }, extensions);
  }

  get from(): string {
    return this.message.envelope.from;
  }

  /** Records the reply to MAIL or to the next RCPT. */
  record(reply: string): void {
    const responseCode = Number.parseInt(reply);
    const isGood = isPositive(reply);
    if (!this.#isSenderDecided) {
      this.#isSenderDecided = true;
      if (isGood) this.phase = 'recipient';
      else this.#refusedSender = { code: 'EENVELOPE', command: 'MAIL FROM', response: reply, responseCode };
      return;
    }
    const recipient = this.#to[this.recipients.length]!;
    this.recipients.push({ recipient, response: this.#shorten(reply), responseCode });
    if (this.recipients.length === this.#to.length && this.refusal === undefined) this.phase = 'message';
  }

  /** Returns a reply, or the beginning of its first line if the replies before it were long: examining them takes time. */
  #shorten(reply: string): string {
    if (reply.length <= MAX_SHORT_REPLY) return reply;
    this.#words += reply.length;
    return this.#words > MAX_WORDS ? reply.slice(0, MAX_SHORT_REPLY).split('\n', 1)[0]! : reply;
  }

  /** The failure of an envelope that cannot be sent to this server; undefined if it can be. */
  get unsendable(): SmtpFailure | undefined {
    // These characters could end a command.
    if (/[\r\n<>]/.test([this.from, ...this.#to].join(''))) return { code: 'EENVELOPE', command: 'API' };
    return this.#utf8 ?? (this.size > this.#maxSize ? { code: 'EMESSAGE', command: 'MAIL FROM' } : undefined);
  }

  /** The command to send if the server takes one at a time; undefined if the envelope is decided. */
  get nextCommand(): string | undefined {
    if (this.#refusedSender) return undefined;
    return this.commands[this.#isSenderDecided ? this.recipients.length + 1 : 0];
  }

  /** The reply that refuses the sender; undefined if it was accepted. */
  get refusedSender(): SmtpFailure | undefined {
    return this.#refusedSender;
  }

  get accepted(): string[] {
    return this.recipients.filter(({ response }) => isPositive(response)).map(({ recipient }) => recipient!);
  }

  get rejected(): SmtpFailure[] {
    return this.recipients.filter(({ response }) => !isPositive(response));
  }

  /** The first refusal, of the sender or of every recipient. A recipient that may be accepted later decides over refused ones. */
  get refusal(): SmtpFailure | undefined {
    if (this.#refusedSender) return this.#refusedSender;
    const { rejected } = this;
    if (rejected.length < this.#to.length) return undefined;
    const reply = rejected.find(({ responseCode = 0 }) => responseCode > 0 && responseCode < 500) ?? rejected.at(-1)!;
    const { response, responseCode } = reply;
    return { code: 'EENVELOPE', command: 'RCPT TO', response, responseCode, rejectedErrors: rejected };
  }
}

/** Returns MAIL and RCPT with the parameters that the server offers. */
function envelopeCommands(
  { from, to, dsn }: Envelope,
  { mime, size, needsUtf8 }: { mime: Buffer; size: number; needsUtf8: boolean },
  extensions: Extensions,
): string[] {
  const parameters = [
    ...(needsUtf8 && extensions.has('SMTPUTF8') ? [' SMTPUTF8'] : []),
    ...(extensions.has('8BITMIME') && !isAsciiBytes(mime) ? [' BODY=8BITMIME'] : []),
    ...(extensions.has('SIZE') ? [` SIZE=${size}`] : []),
  ];
  const requested = extensions.has('DSN') ? dsn : undefined;
  if (requested) parameters.push(...mailParameters(requested));
  return [
    `MAIL FROM:<${from}>${parameters.join('')}\r\n`,
    ...to.map((recipient) => `RCPT TO:<${recipient}>${requested ? rcptParameters(requested, recipient).join('') : ''}\r\n`),
  ];
}

const IS_ASCII = /^[\0-\x7f]*$/;

/**
 * Returns the first address that only SMTPUTF8 allows (RFC 6531), in the envelope or in the headers, as the failure of a server
 * without it; undefined if there is none. Nothing else in the headers is ever sent as it is.
 */
function utf8Address({ from, to }: Envelope, mime: Buffer): SmtpFailure | undefined {
  const failure = { code: 'EUTF8' };
  if (!IS_ASCII.test(from)) return { ...failure, command: 'MAIL FROM' };
  const recipient = to.find((address) => !IS_ASCII.test(address));
  if (recipient !== undefined) return { ...failure, command: 'RCPT TO', recipient };
  const headers = mime.subarray(0, Math.max(mime.indexOf('\r\n\r\n'), 0));
  if (isAsciiBytes(headers)) return undefined;
  const [address = ''] = /[^\s<>,:;]*[^\0-\x7f][^\s<>,:;]*/.exec(headers.toString()) ?? [];
  return { ...failure, command: 'DATA', recipient: address };
}

/** True if every line of a reply accepts. */
export const isPositive = (reply = ''): boolean => reply.split('\n').every((line) => line.startsWith('2'));
/** True if every line of a reply refuses, for now or for good. */
export const isRefusal = (reply: string): boolean => reply.split('\n').every((line) => /^[45]/.test(line));
