import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Envelope } from '../../message/compose.js';
import { MailError } from '../../shared/mail-error.js';
import { toAsciiEnvelope } from './ascii-envelope.js';
import { certificateFacts, tlsFacts } from '../tls/certificate-facts.js';
import { connectionOptions, QUIT_MS } from './connection-options.js';
import { ENVELOPE_CHECK, type EnvelopeCheck } from './envelope-check.js';
import { Exchange, type Settle } from './exchange.js';
import { ENDLESS_REPLY, type FailureContext, type SmtpFailure } from '../failures/failure-context.js';
import type { SendReceipt } from '../mail-transport.js';
import { openSocket, resolveHost, mostInformativeError } from './open-socket.js';
import { isSmtpReply } from './reply-reader.js';
import { redactEchoedLogin, redactorAfter, redactorFor, type Redact } from '../failures/server-words.js';
import { assertSecurity } from './security.js';
import { SessionWatch } from './session-watch.js';
import { refusals, toSmtpError } from '../failures/smtp-failure.js';
import { loginWithToken, mechanismsIn, NO_XOAUTH2, passwordMechanism, TOKEN_LOGIN } from './smtp-login.js';
import { timeoutsOf, type SmtpSettings, type SmtpTimeouts } from './smtp-settings.js';
import type { TlsFacts } from '../../shared/certificates.js';
import type { AuthFacts, SmtpPhase, TestRecipient } from '../../shared/connection-test.js';

/** Longer than the deadline of Microsoft's sign-in. */
const TOKEN_MS = 60_000;

interface SmtpClientEvents {
  /** A phase succeeded. `words` is one line, from the server's reply if there is one. */
  onPhase?: (phase: SmtpPhase, words: string) => void;
  /** The session has ended, on either side. Called once. */
  onEnd?(): void;
}

/**
 * An SMTP session: promises, phases and deadlines on top of nodemailer's `SMTPConnection`. Every failure is a MailError. A failed
 * send has an exact phase, because the body is read only after the server's 354.
 */
export class SmtpClient {
  readonly #settings: SmtpSettings;
  readonly #timeouts: SmtpTimeouts;
  readonly #events: SmtpClientEvents;
  #redact: Redact;
  /** The tokens that were sent on this connection. */
  readonly #tokens: string[] = [];
  readonly #exchange = new Exchange(
    (failure) => this.#failure(failure),
    (failure) => this.#abort(failure),
  );
  #phase: SmtpPhase = 'dns';
  #phaseStartedAt = performance.now();
  #from = '';
  #mechanism?: string;
  #hasLogin = false;
  #socket?: Socket;
  #connection?: SMTPConnection;
  #watch?: SessionWatch;
  #extensions = new Set<string>();
  #bodyRead = false;
  #original = (address: string): string => address;
  #onReply?: (reply: string) => void;
  /** The recipients of the message, as they were sent, with the server's replies so far. */
  #recipients: SmtpFailure[] = [];

  /** @throws MailError `CONFIG_INVALID` for an unknown security setting */
  constructor(settings: SmtpSettings, events: SmtpClientEvents = {}) {
    assertSecurity(settings.security);
    this.#settings = settings;
    this.#timeouts = timeoutsOf(settings);
    this.#events = events;
    this.#redact = redactorFor(settings.auth && 'password' in settings.auth ? settings.auth : undefined);
  }

  /** The current phase of the session. */
  get phase(): SmtpPhase {
    return this.#phase;
  }

  /** One line about the encryption; empty without encryption. */
  get tls(): string {
    return this.#watch?.tls ?? '';
  }

  /** Returns everything known about the encryption, even if the certificate was not accepted; undefined without encryption. */
  tlsFacts(): TlsFacts | undefined {
    const { socket, certificate } = this.#watch ?? {};
    // A destroyed socket no longer knows its connection.
    if (this.tls && socket instanceof TLSSocket && !socket.destroyed)
      return tlsFacts(socket, this.#settings.ca, this.#settings.ownCa ?? []);
    return certificate?.raw && certificateFacts(certificate);
  }

  /** Returns the login mechanisms that the server offers, and the one that was used. */
  authFacts(): AuthFacts {
    return { offered: mechanismsIn(this.#extensions), ...(this.#mechanism && { used: this.#mechanism }) };
  }

  /** The TLS version and the expiry date of the certificate, accepted or not. */
  get seenTls(): { tlsVersion?: string; certificateExpiresAt?: Date } {
    const { tlsVersion, certificate } = this.#watch ?? {};
    const end = Date.parse(certificate?.valid_to ?? '');
    return { ...(tlsVersion && { tlsVersion }), ...(Number.isFinite(end) && { certificateExpiresAt: new Date(end) }) };
  }

  /** Returns the server's replies about the recipients of the last message. */
  recipientFacts(): TestRecipient[] {
    return this.#recipients.map((one) => {
      const [refused] = isGood(one.response) ? [] : refusals([one], this.#context());
      if (!refused) return { address: this.#original(one.recipient ?? ''), ok: true };
      const { address, reply, reason } = refused;
      return { address, ok: false, reply, reason, values: { address, from: this.#from } };
    });
  }

  get isOpen(): boolean {
    return Boolean(this.#connection && !this.#connection.destroyed && !this.#exchange.isEnded);
  }

  /** Ends the session with a TIMEOUT after `ms`; undefined removes the limit. */
  limit(ms: number | undefined): void {
    this.#exchange.limit(ms);
  }

  /** True if the server listed an extension in its last EHLO reply, e.g. `STARTTLS`. */
  advertises(extension: string): boolean {
    return this.#extensions.has(extension);
  }

  /** Resolves the name, connects and encrypts according to the settings. The session is then ready for the login. */
  async connect(): Promise<void> {
    const { host, port, security, egress } = this.#settings;
    const { dnsMs, connectMs } = this.#timeouts;
    const addresses = await this.#exchange.run<string[]>(dnsMs, (settle) => resolveHost(host, settle));
    this.#completePhase('dns', addresses.join(', '), 'tcp');

    const socket = await this.#exchange.run<Socket>(connectMs, (settle) => {
      const opened = openSocket({ host, port, addresses, connectMs, egress });
      this.#socket = opened;
      opened.once('connect', () => settle(null, opened)).on('error', (error) => settle(mostInformativeError(error)));
    });
    const address = socket.remoteAddress ?? '';
    this.#completePhase('tcp', `${address.includes(':') ? `[${address}]` : address}:${port}`, security === 'tls' ? 'tls' : 'greeting');
    await this.#greet(socket);
  }

  /** Completes greeting, EHLO and TLS. */
  async #greet(socket: Socket): Promise<void> {
    const { security } = this.#settings;
    const connection = this.#attach(socket);
    const watch = this.#watchSession(connection, socket);
    let greeting = '';
    this.#onReply = (reply) => {
      greeting ||= reply;
      if (!reply.startsWith('250')) return;
      this.#extensions = new Set(reply.split('\n').map((line) => line.slice(4).trim().toUpperCase()));
      if (this.#phase === 'greeting') this.#completePhase('greeting', validReply(greeting), security === 'starttls' ? 'tls' : 'auth');
    };
    await this.#exchange.run<void>(this.#timeouts.greetingMs, (settle) => {
      connection.connect((error) => settle(error ?? null));
      // Nodemailer attaches itself to the socket in a setImmediate of its own, queued before this one.
      setImmediate(() => watch.start());
    });
    this.#onReply = undefined;
    if (this.#phase === 'tls') this.#completePhase('tls', watch.tls, 'auth');
  }

  #attach(socket: Socket): SMTPConnection {
    const connection = new SMTPConnection(connectionOptions(this.#settings, socket));
    connection.on('error', (failure: SmtpFailure) => this.#abort(failure));
    // After 'end' nodemailer may still report the reason to the waiting command, which takes precedence.
    connection.on('end', () => setImmediate(() => this.#finish({ code: 'ECONNECTION' })));
    return (this.#connection = connection);
  }

  #watchSession(connection: SMTPConnection, socket: Socket): SessionWatch {
    const { greetingMs, commandMs, dataMs } = this.#timeouts;
    return (this.#watch = new SessionWatch(connection, socket, {
      onReply: (reply) => {
        this.#exchange.expect(this.#bodyRead ? dataMs : commandMs);
        this.#onReply?.(reply);
      },
      onFlood: () => this.#abort({ code: ENDLESS_REPLY }),
      onHandshake: () => {
        this.#startPhase('tls');
        this.#exchange.expect(greetingMs);
      },
      onEncrypted: () => {
        if (this.#settings.security === 'tls') this.#completePhase('tls', this.tls, 'greeting');
        this.#exchange.expect(greetingMs);
      },
    }));
  }

  /** Logs in, if the settings contain a login. */
  async login(): Promise<void> {
    const { auth } = this.#settings;
    if (!auth) return;
    this.#phase = 'auth';
    const { username } = auth;
    if ('password' in auth) {
      const method = passwordMechanism(mechanismsIn(this.#extensions));
      await this.#authenticate({ user: username, pass: auth.password, method });
    } else {
      const login = (token: string): Promise<void> => this.#loginWithToken(username, token);
      await loginWithToken(auth.tokens, { login, wait: (token) => this.#awaitToken(token), isOpen: () => this.isOpen });
    }
    this.#hasLogin = true;
    this.#completePhase('auth', `Logged in as ${username}`, 'sender');
    this.#redact = this.#tokens.length > 0 ? redactorAfter(username, this.#tokens) : redactEchoedLogin;
  }

  /** Waits for a token, but not beyond the end of the session. */
  #awaitToken(token: Promise<string>): Promise<string> {
    return this.#exchange.run<string>(TOKEN_MS, (settle) => {
      token.then(
        (value) => settle(null, value),
        (error: unknown) => settle(error instanceof MailError ? { known: error } : { code: 'EAUTH', message: String(error) }),
      );
    });
  }

  async #loginWithToken(username: string, token: string): Promise<void> {
    if (![...this.#extensions].some((line) => /^AUTH\b.*\bXOAUTH2\b/.test(line)))
      throw this.#failure({ code: 'EAUTH', command: NO_XOAUTH2 });
    this.#redact = redactorFor({ username, password: token }, this.#tokens.slice());
    this.#tokens.push(token);
    return this.#authenticate({ user: username, pass: token, method: TOKEN_LOGIN });
  }

  #authenticate(login: SMTPConnection.AuthenticationType): Promise<void> {
    return this.#exchange.run<void>(this.#timeouts.commandMs, (settle) => {
      // Nodemailer would try PLAIN on a server that never offered a login.
      if (!this.#connection?.allowsAuth) return settle({ code: 'EAUTH', command: 'NOT OFFERED' });
      this.#mechanism = login.method === TOKEN_LOGIN ? 'XOAUTH2' : login.method || undefined;
      this.#connection.login(login, (error) => settle(error));
    });
  }

  /** Sends one message to every recipient that the server accepts. @throws MailError if it accepts none */
  async send(envelope: Envelope, mime: Buffer): Promise<SendReceipt> {
    const body = new Readable({
      read: () => {
        this.#bodyRead = true;
        this.#exchange.expect(this.#timeouts.dataMs);
        body.push(mime);
        body.push(null);
      },
    });
    const info = await this.#transact<SMTPConnection.SentMessageInfo>(envelope, (settle, ascii) =>
      this.#connection?.send({ ...ascii, size: mime.length }, body, (error, sent) => settle(error, sent)),
    );
    this.#bodyRead = false;
    const reply = this.#redact(validReply(info.response));
    this.#completePhase('message', reply, 'sender');
    return { accepted: info.accepted.map(this.#original), rejected: refusals(info.rejectedErrors ?? [], this.#context()), reply };
  }

  /** Sends the sender and the recipients, and resets them (RSET) before the message. @throws MailError if no recipient is accepted */
  async check(envelope: Envelope, size: number): Promise<void> {
    const limit = Number([...this.#extensions].find((line) => line.startsWith('SIZE '))?.slice(5)) || Infinity;
    await this.#transact<void>(envelope, (settle, ascii) => {
      if (size > limit) return settle({ code: 'EMESSAGE', command: 'MAIL FROM' });
      const isAscii = [ascii.from, ...ascii.to].every((address) => /^[\0-\x7f]*$/.test(address));
      const parameters = [
        ...(isAscii || !this.advertises('SMTPUTF8') ? [] : ['SMTPUTF8']),
        ...([...this.#extensions].some((line) => /^SIZE\b/.test(line)) ? [`SIZE=${size}`] : []),
      ];
      const check: EnvelopeCheck = { envelope: ascii, parameters, done: settle };
      // Any other failure ends the session, which also settles this exchange.
      this.#connection?.login({ method: ENVELOPE_CHECK, check }, () => undefined);
    });
  }

  async #transact<T>(envelope: Envelope, start: (settle: Settle<T>, ascii: Envelope) => void): Promise<T> {
    const { ascii, original } = toAsciiEnvelope(envelope);
    this.#original = original;
    this.#from = envelope.from;
    this.#startPhase('sender');
    this.#bodyRead = false;
    this.#onReply = this.#envelopeListener(ascii.to);
    try {
      return await this.#exchange.run<T>(this.#timeouts.commandMs, (settle) => start(settle, ascii));
    } finally {
      this.#onReply = undefined;
      // The server replied before it received the whole body. It would read the rest as commands, or the next command as body.
      if (this.#bodyRead && this.#watch?.socket.writableLength) this.close();
    }
  }

  /** Tracks MAIL FROM and each RCPT TO, because nodemailer reports only the end of a pipeline. */
  #envelopeListener(recipients: readonly string[]): (reply: string) => void {
    this.#recipients = [];
    let accepted = '';
    return (reply) => {
      if (this.#phase === 'sender') {
        if (isGood(reply)) this.#completePhase('sender', validReply(reply), 'recipient');
        else this.#onReply = undefined;
      } else if (this.#phase === 'recipient' && this.#recipients.length < recipients.length) {
        const recipient = recipients[this.#recipients.length];
        this.#recipients.push({ recipient, response: reply, responseCode: Number.parseInt(reply) });
        if (isGood(reply)) accepted = reply;
        if (this.#recipients.length === recipients.length && accepted) this.#completePhase('recipient', validReply(accepted), 'message');
      }
    };
  }

  /** Resets the session after a refused message, so that the connection can be used for the next one. */
  reset(): Promise<void> {
    return this.#exchange.run<void>(this.#timeouts.commandMs, (settle) => this.#connection?.reset((error) => settle(error)));
  }

  /** Sends QUIT if possible, and waits until the socket is closed. */
  async quit(): Promise<void> {
    const socket = this.#watch?.socket ?? this.#socket;
    let timer: NodeJS.Timeout | undefined;
    if (this.isOpen) {
      timer = setTimeout(() => this.close(), QUIT_MS);
      this.#connection?.quit();
    } else {
      this.close();
    }
    if (socket && !socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    clearTimeout(timer);
  }

  /** Drops the connection immediately. */
  close(): void {
    this.#abort({ code: 'ECONNECTION' });
  }

  #completePhase(phase: SmtpPhase, words: string, next: SmtpPhase): void {
    const { onPhase } = this.#events;
    if (onPhase) onPhase(phase, this.#redact(words));
    this.#startPhase(next);
  }

  #startPhase(phase: SmtpPhase): void {
    this.#phase = phase;
    this.#phaseStartedAt = performance.now();
    this.#watch?.startStep();
  }

  /** Ends the session from this side. */
  #abort(failure: SmtpFailure): void {
    if (this.#exchange.isEnded) return;
    this.#connection?.close();
    this.#watch?.socket.destroy();
    this.#socket?.destroy();
    this.#finish(failure);
  }

  /** Records the end of the session. The socket closes by itself, at the latest after `socketCloseTimeout`. */
  #finish(failure: SmtpFailure): void {
    if (this.#exchange.isEnded) return;
    this.#exchange.end(failure);
    this.#events.onEnd?.();
  }

  #failure(failure: SmtpFailure): MailError {
    return failure.known ?? toSmtpError(failure, this.#context());
  }

  #context(): FailureContext {
    const { host, port, security } = this.#settings;
    return {
      host,
      port,
      security,
      phase: this.#phase,
      bodyRead: this.#bodyRead,
      waitedMs: performance.now() - this.#phaseStartedAt,
      from: this.#from,
      startTlsOffered: this.advertises('STARTTLS'),
      utf8Offered: this.advertises('SMTPUTF8'),
      isEncrypted: this.tls !== '',
      hasLogin: this.#hasLogin,
      certificate: this.#watch?.certificate,
      original: this.#original,
      redact: this.#redact,
    };
  }
}

const isGood = (reply = ''): boolean => /^[23]/.test(reply);

/** Returns a reply if it is one: nodemailer accepts some that are not. */
const validReply = (reply: string): string => (isSmtpReply(reply) ? reply : '');
