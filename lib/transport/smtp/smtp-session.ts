import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { Envelope } from '../../message/compose.js';
import type { TlsFacts } from '../../shared/certificates.js';
import type { AuthFacts, SmtpPhase, TestRecipient } from '../../shared/connection-test.js';
import type { MailError } from '../../shared/mail-error.js';
import { hostAndPort } from '../../shared/proxy-url.js';
import type { FailureContext, SmtpFailure } from '../failures/failure-context.js';
import { isProtocolMismatch } from '../failures/network-failure.js';
import { type Redact, redactorFor } from '../failures/server-words.js';
import { refusals, toSmtpError } from '../failures/smtp-failure.js';
import type { SendReceipt } from '../mail-transport.js';
import { certificateFacts, describeTls, tlsFacts } from '../tls/certificate-facts.js';
import { Dialogue } from './dialogue.js';
import { ehloNameFor } from './ehlo-name.js';
import { Extensions } from './extensions.js';
import { startHandshake } from './handshake.js';
import { MessagePipeline } from './message-pipeline.js';
import { openSocket, resolveHost } from './open-socket.js';
import { replied, validReply } from './reply-reader.js';
import { assertSecurity } from './security.js';
import { logIn } from './smtp-login.js';
import { ServerLimits } from './server-limits.js';
import { type SmtpSettings, type SmtpTimeouts, timeoutsOf } from './smtp-settings.js';
import { isPositive, type Outgoing, type Transaction } from './transaction.js';

/** The time for a server's reply to QUIT, after which the socket is dropped. */
const QUIT_MS = 2_000;

interface SmtpSessionEvents {
  /** A phase succeeded. `words` is one line, from the server's reply if there is one. */
  onPhase?: (phase: SmtpPhase, words: string) => void;
  /** The server presented its certificate, which is not verified yet. */
  onCertificate?: (secure: TLSSocket) => void;
  /** The certificate was verified, and nothing was sent yet. */
  onEncrypted?: () => void;
  /** The session can take another message. */
  onReady?(): void;
  /** The session has ended, on either side. Called once. */
  onEnd?(): void;
}

/**
 * A session with an SMTP server (RFC 5321): the connection, its encryption and the login. Every step has a deadline and a phase, and
 * every failure is a MailError. {@link MessagePipeline} sends the messages.
 */
export class SmtpSession {
  readonly #settings: SmtpSettings;
  readonly #timeouts: SmtpTimeouts;
  readonly #events: SmtpSessionEvents;
  readonly #limits: ServerLimits;
  readonly #dialogue: Dialogue;
  /** Stops connecting when the session ends. */
  readonly #opening = new AbortController();
  readonly #pipeline: MessagePipeline;
  #redact: Redact;
  #phase: SmtpPhase = 'dns';
  #phaseStartedAt = performance.now();
  #mechanism?: string;
  #hasLogin = false;
  #extensions = new Extensions();
  #certificate?: PeerCertificate;
  #tlsVersion?: string;
  #tls = '';
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
      (failure, isByServer) => {
        this.#opening.abort();
        this.#pipeline.end(failure, isByServer);
        this.#events.onEnd?.();
      },
    );
    this.#pipeline = new MessagePipeline({
      dialogue: this.#dialogue,
      timeouts: this.#timeouts,
      limits,
      depth: settings.pipelineDepth ?? 1,
      toError: (failure, transaction) => this.#error(failure, transaction),
      toReceipt: (transaction, reply) => {
        const { accepted, rejected, original } = transaction;
        return { accepted: accepted.map(original), rejected: refusals(rejected, this.#context(transaction)), reply };
      },
      redact: (words) => this.#redact(words),
      completePhase: (phase, words, next) => this.#completePhase(phase, words, next),
      startPhase: (phase) => this.#startPhase(phase),
      onReady: () => this.#events.onReady?.(),
    });
  }

  /** The current phase of the session. */
  get phase(): SmtpPhase {
    return this.#pipeline.current?.phase ?? this.#phase;
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
    return this.#pipeline.load;
  }

  /** True if another message may be passed to {@link start}. */
  get isReady(): boolean {
    return this.isOpen && this.#pipeline.isReady;
  }

  /** The number of messages that may be passed to {@link start} together. */
  get capacity(): number {
    return this.isOpen ? this.#pipeline.capacity : 1;
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
    if (this.#tls && socket instanceof TLSSocket && !socket.destroyed) return tlsFacts(socket, this.#settings);
    return this.#certificate?.raw && certificateFacts(this.#certificate);
  }

  /** Returns the login mechanisms that the server offers, and the one that was used. */
  authFacts(): AuthFacts {
    return { offered: this.#extensions.mechanisms ?? [], ...(this.#mechanism && { used: this.#mechanism }) };
  }

  /** Returns the server's replies about the recipients of the last message. */
  recipientFacts(): TestRecipient[] {
    const transaction = this.#pipeline.last;
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
    const { host, port, security, egress, localAddress, proxy } = this.#settings;
    const { dnsMs, connectMs, greetingMs } = this.#timeouts;
    const addresses = await this.#dialogue.run<string[]>(dnsMs, (settle) => resolveHost(host, settle));
    this.#completePhase('dns', addresses.join(', '), 'tcp');
    const { order } = this.#limits;
    const { signal } = this.#opening;
    const connected = await this.#dialogue.run<string>(undefined, (settle) => {
      openSocket({ host, port, addresses, connectMs, egress, localAddress, proxy, order, signal }).then(({ socket, address }) => {
        this.#dialogue.attach(socket);
        settle(null, hostAndPort({ host: address, port }));
      }, settle);
    });
    this.#completePhase('tcp', proxy ? `${hostAndPort(proxy)} → ${connected}` : connected, security === 'tls' ? 'tls' : 'greeting');
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
      this.#use(new Extensions(reply));
      return;
    }
    this.#use(new Extensions());
    // HELO offers no encryption.
    if (this.#settings.security === 'starttls') throw this.#fail({ code: 'ECONNECTION', command: 'EHLO', ...replied(reply) });
    const helo = await this.#dialogue.command(`HELO ${name}`, ms);
    if (!isPositive(helo)) throw this.#fail({ code: 'EPROTOCOL', command: 'HELO', ...replied(helo) });
  }

  #use(extensions: Extensions): void {
    this.#extensions = extensions;
    this.#pipeline.use(extensions);
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
      const socket = startHandshake(plain, this.#settings, (secure) => {
        this.#certificate = secure.getPeerCertificate();
        this.#tlsVersion = secure.getProtocol()?.replace('TLSv', 'TLS ');
        this.#events.onCertificate?.(secure);
      });
      socket.once('error', ({ message, code = '' }: NodeJS.ErrnoException) => {
        const isBroken = security === 'starttls' && isProtocolMismatch(code);
        settle({ message, code, command: isBroken ? 'STARTTLS' : undefined });
      });
      socket.once('secureConnect', () => {
        this.#tls = describeTls(socket);
        settle(null);
        this.#events.onEncrypted?.();
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

  /** Starts sending a message: at once, or behind the messages that are being sent. Call it only while {@link isReady}. */
  start(message: Outgoing): void {
    this.#pipeline.start(message);
  }

  /** Sends the sender and the recipients, and resets them (RSET) before the message. @throws MailError if no recipient is accepted */
  check(envelope: Envelope, size: number): Promise<void> {
    return this.#pipeline.check(envelope, size);
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

  /** Ends the session with a TIMEOUT of a message, `afterMs` after it was passed on; not before the messages before it are done. */
  expire(message: Outgoing, afterMs: number): void {
    this.#pipeline.expire(message, afterMs);
  }

  /** Drops the connection immediately. */
  close(): void {
    this.#dialogue.end({ code: 'ECONNECTION' });
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

  #error(failure: SmtpFailure, transaction = this.#pipeline.current): MailError {
    return failure.known ?? toSmtpError(failure, this.#context(transaction));
  }

  #context(transaction: Transaction | undefined): FailureContext {
    const { host, tlsServerName, pinnedCertificate, client, localAddress, proxy, port, security } = this.#settings;
    return {
      host,
      tlsServerName,
      pinnedCertificate,
      clientCertificate: client?.cert,
      localAddress,
      proxy,
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
