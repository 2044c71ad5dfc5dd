import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { Envelope } from '../../message/compose.js';
import type { TlsFacts } from '../../shared/certificates.js';
import type { AuthFacts, SmtpPhase, TestRecipient } from '../../shared/connection-test.js';
import type { MailError } from '../../shared/mail-error.js';
import { ENDLESS_REPLY, type FailureContext, type SmtpFailure } from '../failures/failure-context.js';
import { isProtocolMismatch } from '../failures/network-failure.js';
import { type Redact, redactorFor } from '../failures/server-words.js';
import { refusals, toSmtpError } from '../failures/smtp-failure.js';
import type { SendReceipt } from '../mail-transport.js';
import { certificateFacts, describeTls, tlsFacts } from '../tls/certificate-facts.js';
import { toDataBlock } from './data-block.js';
import { Dialogue } from './dialogue.js';
import { ehloNameFor } from './ehlo-name.js';
import { Extensions } from './extensions.js';
import { startHandshake } from './handshake.js';
import { openSocket, resolveHost } from './open-socket.js';
import { isSmtpReply } from './reply-reader.js';
import { assertSecurity } from './security.js';
import { logIn } from './smtp-login.js';
import { ServerLimits } from './server-limits.js';
import { type SmtpSettings, type SmtpTimeouts, timeoutsOf } from './smtp-settings.js';
import { isPositive, isRefusal, type Outgoing, Transaction } from './transaction.js';

/** The time for a server's reply to QUIT, after which the socket is dropped. */
const QUIT_MS = 2_000;
/** Longer envelopes are not sent behind a body: Haraka disconnects from a client that sends more than 8 KB there (measured). */
const MAX_FOLLOWING_BYTES = 4_096;
/** Exim disconnects after ten RSETs that do not follow an accepted message (measured). */
const MAX_REFUSED = 8;

interface SmtpSessionEvents {
  /** A phase succeeded. `words` is one line, from the server's reply if there is one. */
  onPhase?: (phase: SmtpPhase, words: string) => void;
  /** The session can take another message. */
  onReady?(): void;
  /** The session has ended, on either side. Called once. */
  onEnd?(): void;
}

/**
 * A session with an SMTP server (RFC 5321). Every step has a deadline and a phase, and every failure is a MailError. Each message
 * has exactly one outcome: sent, refused, not sent, or unknown.
 *
 * With PIPELINING (RFC 2920), a message's envelope and DATA are one write, and the envelope of the following message is written
 * behind the body, so that a message takes one round trip. Only one body at a time has no outcome yet.
 */
export class SmtpSession {
  readonly #settings: SmtpSettings;
  readonly #timeouts: SmtpTimeouts;
  readonly #events: SmtpSessionEvents;
  readonly #limits: ServerLimits;
  readonly #dialogue: Dialogue;
  /** Stops connecting when the session ends. */
  readonly #opening = new AbortController();
  #redact: Redact;
  #phase: SmtpPhase = 'dns';
  #phaseStartedAt = performance.now();
  #mechanism?: string;
  #hasLogin = false;
  #extensions = new Extensions();
  #certificate?: PeerCertificate;
  #tlsVersion?: string;
  #tls = '';
  #current?: Transaction;
  #following?: Transaction;
  /** The last message, for the facts of a test. */
  #last?: Transaction;
  /** The refused messages since the last accepted one. They must be reset (RSET) before the next message. */
  #refused = 0;
  #isQuitting = false;

  /** @throws MailError `CONFIG_INVALID` for an unknown security setting */
  constructor(settings: SmtpSettings, events: SmtpSessionEvents = {}, limits = new ServerLimits()) {
    assertSecurity(settings.security);
    this.#settings = settings;
    this.#timeouts = timeoutsOf(settings);
    this.#events = events;
    this.#limits = limits;
    this.#redact = redactorFor(settings.auth && 'password' in settings.auth ? settings.auth : undefined);
    this.#dialogue = new Dialogue(
      (failure) => this.#error(failure),
      (failure, isByServer) => this.#onEnd(failure, isByServer),
    );
  }

  /** The current phase of the session. */
  get phase(): SmtpPhase {
    return this.#current?.phase ?? this.#phase;
  }

  /** One line about the encryption; empty without encryption. */
  get tls(): string {
    return this.#tls;
  }

  get isOpen(): boolean {
    return this.#dialogue.socket !== undefined && !this.#dialogue.isEnded && !this.#isQuitting;
  }

  /** The number of messages without an outcome. */
  get load(): number {
    return Number(this.#current !== undefined) + Number(this.#following !== undefined);
  }

  /** True if another message may be passed to {@link start}. */
  get isReady(): boolean {
    if (!this.isOpen || this.#following || this.#refused >= MAX_REFUSED) return false;
    return !this.#current || this.takesFollowing;
  }

  /** True if the server takes the next envelope behind a body. */
  get takesFollowing(): boolean {
    return this.isOpen && this.#extensions.has('PIPELINING') && !this.#limits.refusesFollowing;
  }

  /** The TLS version and the expiry date of the certificate, accepted or not. */
  get seenTls(): { tlsVersion?: string; certificateExpiresAt?: Date } {
    const end = Date.parse(this.#certificate?.valid_to ?? '');
    return {
      ...(this.#tlsVersion && { tlsVersion: this.#tlsVersion }),
      ...(Number.isFinite(end) && { certificateExpiresAt: new Date(end) }),
    };
  }

  /** True if the server listed an extension in its last EHLO reply, e.g. `STARTTLS`. */
  advertises(extension: string): boolean {
    return this.#extensions.has(extension);
  }

  /** Returns everything known about the encryption, even if the certificate was not accepted; undefined without encryption. */
  tlsFacts(): TlsFacts | undefined {
    const { socket } = this.#dialogue;
    if (this.#tls && socket instanceof TLSSocket && !socket.destroyed)
      return tlsFacts(socket, this.#settings.ca, this.#settings.ownCa ?? []);
    return this.#certificate?.raw && certificateFacts(this.#certificate);
  }

  /** Returns the login mechanisms that the server offers, and the one that was used. */
  authFacts(): AuthFacts {
    return { offered: this.#extensions.mechanisms ?? [], ...(this.#mechanism && { used: this.#mechanism }) };
  }

  /** Returns the server's replies about the recipients of the last message. */
  recipientFacts(): TestRecipient[] {
    const transaction = this.#last;
    if (!transaction) return [];
    return transaction.recipients.map((one) => {
      const [refused] = isPositive(one.response) ? [] : refusals([one], this.#context(transaction));
      if (!refused) return { address: transaction.original(one.recipient ?? ''), ok: true };
      const { address, reply, reason } = refused;
      return { address, ok: false, reply, reason, values: { address, from: transaction.from } };
    });
  }

  /** Ends the session with a TIMEOUT after `ms`; undefined removes the limit. */
  limit(ms: number | undefined): void {
    this.#dialogue.limit(ms);
  }

  /** Resolves the name, connects and encrypts according to the settings. The session is then ready for the login. */
  async connect(): Promise<void> {
    const { host, port, security, egress, localAddress } = this.#settings;
    const { dnsMs, connectMs, greetingMs } = this.#timeouts;
    const addresses = await this.#dialogue.run<string[]>(dnsMs, (settle) => resolveHost(host, settle));
    this.#completePhase('dns', addresses.join(', '), 'tcp');
    const { order } = this.#limits;
    const { signal } = this.#opening;
    await this.#dialogue.run<void>(undefined, (settle) => {
      openSocket({ host, port, addresses, connectMs, egress, localAddress, order, signal }).then((socket) => {
        this.#dialogue.attach(socket);
        settle(null);
      }, settle);
    });
    const { remoteAddress = '' } = this.#dialogue.socket!;
    const address = `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${port}`;
    this.#completePhase('tcp', address, security === 'tls' ? 'tls' : 'greeting');
    if (security === 'tls') {
      await this.#encrypt(this.#dialogue.socket!);
      this.#completePhase('tls', this.#tls, 'greeting');
    }
    this.#dialogue.listen();
    const greeting = await this.#dialogue.reply(greetingMs);
    if (!greeting.startsWith('220')) throw this.#fail({ code: 'EPROTOCOL', command: 'CONN', ...replied(greeting) });
    await this.#hello(greetingMs);
    this.#completePhase('greeting', validReply(greeting), security === 'starttls' ? 'tls' : 'auth');
    if (security !== 'starttls') return;
    await this.#startTls();
    this.#completePhase('tls', this.#tls, 'auth');
  }

  /** Sends EHLO, or HELO if the server does not know EHLO. */
  async #hello(ms: number): Promise<void> {
    const name = ehloNameFor(this.#settings, this.#dialogue.socket?.localAddress);
    const reply = await this.#dialogue.command(`EHLO ${name}`, ms);
    if (isPositive(reply)) {
      this.#extensions = new Extensions(reply);
      return;
    }
    this.#extensions = new Extensions();
    // HELO offers no encryption.
    if (this.#settings.security === 'starttls') throw this.#fail({ code: 'ECONNECTION', command: 'EHLO', ...replied(reply) });
    const helo = await this.#dialogue.command(`HELO ${name}`, ms);
    if (!isPositive(helo)) throw this.#fail({ code: 'EPROTOCOL', command: 'HELO', ...replied(helo) });
  }

  async #startTls(): Promise<void> {
    if (!this.advertises('STARTTLS')) throw this.#fail({ code: 'ETLS', command: 'STARTTLS' });
    const reply = await this.#dialogue.command('STARTTLS', this.#timeouts.greetingMs);
    if (!isPositive(reply)) throw this.#fail({ code: 'ETLS', command: 'STARTTLS', ...replied(reply) });
    await this.#encrypt(this.#dialogue.pause());
    this.#dialogue.listen();
    // Extensions that were offered without encryption are not trusted (RFC 3207 §4.2).
    await this.#hello(this.#timeouts.greetingMs);
  }

  #encrypt(plain: Socket): Promise<void> {
    const { security } = this.#settings;
    return this.#dialogue.run<void>(this.#timeouts.greetingMs, (settle) => {
      const socket = startHandshake(plain, this.#settings, (certificate, version) => {
        this.#certificate = certificate;
        this.#tlsVersion = version;
      });
      socket.once('error', ({ message, code = '' }: NodeJS.ErrnoException) => {
        const isBroken = security === 'starttls' && isProtocolMismatch(code);
        settle({ message, code, command: isBroken ? 'STARTTLS' : undefined });
      });
      socket.once('secureConnect', () => {
        this.#tls = describeTls(socket);
        settle(null);
      });
      this.#dialogue.attach(socket);
    });
  }

  /** Logs in, if the settings contain a login. */
  async login(): Promise<void> {
    const { auth } = this.#settings;
    if (!auth) return;
    this.#startPhase('auth');
    this.#redact = await logIn(auth, {
      offered: this.#extensions.mechanisms,
      isEncrypted: this.#tls !== '',
      command: (line) => this.#dialogue.command(line, this.#timeouts.commandMs),
      wait: (ms, start) => this.#dialogue.run(ms, start),
      fail: (failure) => this.#error(failure),
      isOpen: () => this.isOpen,
      use: (mechanism, redact) => {
        this.#mechanism = mechanism;
        if (redact) this.#redact = redact;
      },
    });
    this.#hasLogin = true;
    this.#completePhase('auth', `Logged in as ${auth.username}`, 'sender');
  }

  /** Sends one message to every recipient that the server accepts. @throws MailError if it accepts none */
  send(envelope: Envelope, mime: Buffer): Promise<SendReceipt> {
    return new Promise((onSent, onFailed) => this.start({ envelope, mime, onSent, onFailed }));
  }

  /** Starts sending a message: at once, or behind the message that is being sent. Call it only while {@link isReady}. */
  start(message: Outgoing): void {
    if (this.#dialogue.isEnded) {
      message.onFailed(this.#error({ code: 'ECONNECTION' }), true);
      return;
    }
    const transaction = new Transaction(message, this.#extensions);
    if (transaction.unsendable) {
      message.onFailed(toSmtpError(transaction.unsendable, this.#context(transaction)), false);
      this.#events.onReady?.();
      return;
    }
    if (!this.#current) return this.#begin(transaction);
    this.#following = transaction;
    transaction.isFollowing = true;
    if (this.#current.isBodyStarted && this.#mayFollow(transaction)) this.#writeEnvelope(transaction);
  }

  /** Sends the sender and the recipients, and resets them (RSET) before the message. @throws MailError if no recipient is accepted */
  async check(envelope: Envelope, size: number): Promise<void> {
    const message = { envelope, mime: Buffer.alloc(0), onSent: () => undefined, onFailed: () => undefined };
    const transaction = new Transaction(message, this.#extensions, size);
    this.#last = transaction;
    this.#current = transaction;
    this.#startPhase('sender');
    try {
      if (transaction.unsendable) throw this.#error(transaction.unsendable);
      for (let command = transaction.nextCommand; command; command = transaction.nextCommand) {
        this.#record(transaction, await this.#dialogue.command(command.trimEnd(), this.#timeouts.commandMs));
      }
      if (transaction.refusal) throw this.#error(transaction.refusal);
      await this.#dialogue.command('RSET', this.#timeouts.commandMs);
    } finally {
      this.#phase = transaction.phase;
      this.#current = undefined;
    }
  }

  #begin(transaction: Transaction): void {
    this.#current = transaction;
    this.#last = transaction;
    this.#startPhase('sender');
    if (this.#extensions.has('PIPELINING')) return this.#writeEnvelope(transaction);
    if (this.#refused === 0) return this.#sendNext(transaction);
    this.#dialogue.write('RSET\r\n');
    this.#dialogue.expect(this.#timeouts.commandMs, (reply) => this.#onReset(transaction, reply) && this.#sendNext(transaction));
  }

  /** Sends one command of an envelope after the other, to a server without PIPELINING. */
  #sendNext(transaction: Transaction): void {
    const { nextCommand: command, refusal } = transaction;
    if (!command && refusal) return this.#finish(transaction, refusal);
    this.#dialogue.write(command ?? 'DATA\r\n');
    this.#dialogue.expect(this.#timeouts.commandMs, (reply) => {
      if (!command) return this.#onData(transaction, reply);
      this.#record(transaction, reply);
      this.#sendNext(transaction);
    });
  }

  /**
   * Writes the whole envelope at once. It begins with RSET, unless nothing needs to be reset: after a refusal, some servers refuse
   * the next MAIL but accept RCPT and DATA, and the mail would go out under the previous sender (measured).
   */
  #writeEnvelope(transaction: Transaction): void {
    const { commandMs } = this.#timeouts;
    const needsReset = this.#refused > 0 || transaction.isFollowing;
    this.#dialogue.write(`${needsReset ? 'RSET\r\n' : ''}${transaction.commands.join('')}DATA\r\n`);
    transaction.isEnvelopeWritten = true;
    if (needsReset) this.#dialogue.expect(commandMs, (reply) => this.#onReset(transaction, reply));
    for (const _command of transaction.commands) this.#dialogue.expect(commandMs, (reply) => this.#record(transaction, reply));
    this.#dialogue.expect(commandMs, (reply) => this.#onData(transaction, reply));
  }

  #mayFollow({ commands }: Transaction): boolean {
    if (this.#limits.refusesFollowing) return false;
    return commands.reduce((bytes, command) => bytes + Buffer.byteLength(command), 0) <= MAX_FOLLOWING_BYTES;
  }

  #onReset(transaction: Transaction, reply: string): boolean {
    transaction.isFollowingAnswered = transaction.isFollowing;
    if (!isPositive(reply)) {
      // Behind a body, the server may not have expected any command. Otherwise the session is of no use.
      if (transaction.isFollowing) this.#limits.refusesFollowing = true;
      transaction.isUntried = true;
      this.#dialogue.end({ code: 'ECONNECTION' });
      return false;
    }
    if (transaction.isFollowing) this.#limits.hasFollowed = true;
    return true;
  }

  #record(transaction: Transaction, reply: string): void {
    const { phase } = transaction;
    if (!isPositive(reply) && !isRefusal(reply)) return this.#endOutOfStep(transaction, reply);
    transaction.record(reply);
    if (transaction.isFollowing && transaction.refusedSender?.responseCode === 503) return this.#endOutOfStep(transaction, reply);
    if (phase === transaction.phase) return;
    if (phase === 'sender') this.#completePhase('sender', validReply(reply), 'recipient');
    else {
      const accepted = transaction.recipients.findLast(({ response }) => isPositive(response));
      this.#completePhase('recipient', validReply(accepted?.response ?? ''), 'message');
    }
  }

  /** The reply belongs to another command (RFC 2920 §3.2): later replies would, too. Behind a body, it is no verdict. */
  #endOutOfStep(transaction: Transaction, reply: string): void {
    if (transaction.isFollowing) {
      this.#limits.refusesFollowing = true;
      transaction.isUntried = true;
    }
    this.#dialogue.end({ code: ENDLESS_REPLY, ...replied(reply) });
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
    const socket = this.#dialogue.socket!;
    const following = this.#following;
    transaction.isBodyStarted = true;
    socket.cork();
    const pieces = toDataBlock(transaction.message.mime);
    const last = pieces.pop()!;
    for (const piece of pieces) this.#dialogue.write(piece);
    this.#dialogue.write(last, () => (transaction.isBodyWritten = true));
    this.#dialogue.expect(this.#timeouts.dataMs, (reply, isEarly) => this.#onBody(transaction, reply, isEarly), { takesEarly: true });
    if (following && this.#mayFollow(following)) this.#writeEnvelope(following);
    socket.uncork();
  }

  #onBody(transaction: Transaction, reply: string, isEarly: boolean, isSecondLook = false): void {
    const isWritten = transaction.isBodyWritten && !isEarly;
    if (!isWritten || !isPositive(reply)) {
      // Node reads before it writes, and reports a finished write later: the envelope behind the body may not have been written yet.
      if (isPositive(reply) && !isEarly && !isSecondLook)
        return this.#dialogue.postpone(() => this.#onBody(transaction, reply, isEarly, true));
      const failure = { code: 'EMESSAGE', command: 'DATA', ...replied(reply) };
      if (isWritten && isRefusal(reply)) return this.#finish(transaction, failure);
      // The server replied before it received the whole body, whose rest it would read as commands, or to something else.
      return this.#drop(transaction, failure);
    }
    const words = this.#redact(validReply(reply));
    this.#completePhase('message', words, 'sender');
    this.#finish(transaction, null, words);
  }

  /** Fails the current message and ends the session. */
  #drop(transaction: Transaction, failure: SmtpFailure): void {
    if (transaction !== this.#current) return;
    const error = toSmtpError(failure, this.#context(transaction));
    this.#current = undefined;
    this.#dialogue.end({ code: 'ECONNECTION' });
    transaction.message.onFailed(error, false);
  }

  /** Settles the current message and continues with the following one. */
  #finish(transaction: Transaction, failure: SmtpFailure | null, reply = ''): void {
    if (transaction !== this.#current) return;
    const { message } = transaction;
    const context = this.#context(transaction);
    this.#current = undefined;
    this.#refused = failure ? this.#refused + 1 : 0;
    const next = this.#following;
    if (next) this.#continueWith(next);
    if (failure) message.onFailed(toSmtpError(failure, context), transaction.isUntried);
    else {
      const { accepted, rejected, original } = transaction;
      message.onSent({ accepted: accepted.map(original), rejected: refusals(rejected, context), reply });
    }
    this.#events.onReady?.();
  }

  #continueWith(next: Transaction): void {
    this.#following = undefined;
    next.isFollowing = next.isEnvelopeWritten;
    if (!next.isEnvelopeWritten) {
      this.#begin(next);
    } else {
      this.#current = next;
      this.#last = next;
      this.#startPhase('sender');
    }
    if (next.expiredAfterMs !== undefined) this.expire(next.message, next.expiredAfterMs);
  }

  /** Sends QUIT if possible, and waits until the socket is closed. */
  async quit(): Promise<void> {
    const { socket } = this.#dialogue;
    let timer: NodeJS.Timeout | undefined;
    if (this.isOpen && this.load === 0) {
      this.#isQuitting = true;
      timer = setTimeout(() => this.close(), QUIT_MS);
      this.#dialogue.write('QUIT\r\n');
      this.#dialogue.expect(QUIT_MS, () => socket?.end());
    } else {
      this.close();
    }
    if (socket && !socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    clearTimeout(timer);
  }

  /** Ends the session with a TIMEOUT of a message, `afterMs` after it was passed on; not before the message before it is done. */
  expire(message: Outgoing, afterMs: number): void {
    if (this.#following?.message === message) this.#following.expiredAfterMs = afterMs;
    else if (this.#current?.message === message) this.#dialogue.end({ code: 'ETIMEDOUT', message: 'Deadline exceeded', afterMs });
  }

  /** Drops the connection immediately. */
  close(): void {
    this.#dialogue.end({ code: 'ECONNECTION' });
  }

  #onEnd(failure: SmtpFailure, isByServer: boolean): void {
    const transactions = [this.#current, this.#following];
    this.#opening.abort();
    this.#learnFrom(failure, isByServer);
    this.#current = undefined;
    this.#following = undefined;
    for (const [index, transaction] of transactions.entries()) {
      if (!transaction) continue;
      const isUntried = transaction.isUntried || index > 0 || isUnanswered(transaction);
      // A refusal stands, whatever comes in place of the reply to DATA.
      const cause = isUntried ? failure : (transaction.refusal ?? failure);
      transaction.message.onFailed(toSmtpError(cause, this.#context(transaction)), isUntried);
    }
    this.#events.onEnd?.();
  }

  /** A server that never replied to an envelope behind a body, and ends the session or is silent instead, may not understand it. */
  #learnFrom({ code, response }: SmtpFailure, isByServer: boolean): void {
    if (response !== undefined || this.#limits.hasFollowed) return;
    const isSilent = this.#current !== undefined && isUnanswered(this.#current) && code === 'ETIMEDOUT';
    const isEnded = isByServer && [this.#current, this.#following].some((one) => one && isUnanswered(one));
    if (isSilent || isEnded) this.#limits.refusesFollowing = true;
  }

  #completePhase(phase: SmtpPhase, words: string, next: SmtpPhase): void {
    this.#events.onPhase?.(phase, this.#redact(words));
    this.#startPhase(next);
  }

  #startPhase(phase: SmtpPhase): void {
    this.#phase = phase;
    this.#phaseStartedAt = performance.now();
  }

  /** Ends the session and returns the error. */
  #fail(failure: SmtpFailure): MailError {
    const error = this.#error(failure);
    this.#dialogue.end(failure);
    return error;
  }

  #error(failure: SmtpFailure): MailError {
    return failure.known ?? toSmtpError(failure, this.#context(this.#current));
  }

  #context(transaction: Transaction | undefined): FailureContext {
    const { host, tlsServerName, localAddress, port, security } = this.#settings;
    return {
      host,
      tlsServerName,
      localAddress,
      port,
      security,
      phase: transaction?.phase ?? this.#phase,
      bodyRead: transaction?.isBodyStarted ?? false,
      waitedMs: performance.now() - this.#phaseStartedAt,
      from: transaction?.from ?? '',
      startTlsOffered: this.advertises('STARTTLS'),
      utf8Offered: this.advertises('SMTPUTF8'),
      isEncrypted: this.#tls !== '',
      hasLogin: this.#hasLogin,
      certificate: this.#certificate,
      original: transaction?.original ?? ((address) => address),
      redact: this.#redact,
    };
  }
}

/** True for a message whose envelope was written behind a body, and which the server has not replied to. */
const isUnanswered = ({ isFollowing, isEnvelopeWritten, isFollowingAnswered }: Transaction): boolean =>
  isFollowing && isEnvelopeWritten && !isFollowingAnswered;

/** Returns a reply if it is one: the other side may not speak SMTP. */
const validReply = (reply: string): string => (isSmtpReply(reply) ? reply : '');

const replied = (response: string): SmtpFailure => ({ response, responseCode: Number.parseInt(response) || 0 });
