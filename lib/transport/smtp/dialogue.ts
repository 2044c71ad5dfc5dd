import type { Socket } from 'node:net';
import { ENDLESS_REPLY, type SmtpFailure } from '../failures/failure-context.js';
import { expired } from './race.js';
import { ReplyReader } from './reply-reader.js';

/** More than a server needs for one reply. */
const MAX_REPLY_BYTES = 65_536;

/** Ends a step with a failure or its result. Only the first call counts. */
export type Settle<T> = (failure: SmtpFailure | null, value?: T) => void;

/** A reply that is due. */
interface Expected {
  ms: number;
  /** The data that was being read when the command was sent. A reply in the same data is not the reply to the command. */
  sentDuring?: object;
  /** Receives also a reply that came before the command; without it, such a reply ends the dialogue. */
  takesEarly: boolean;
  onReply(reply: string, isEarly: boolean): void;
}

/**
 * The exchange of commands and replies with a server. Replies belong to commands in order. Each reply has a deadline, which starts
 * when the reply before it arrives. A missing, an endless and an unexpected reply end the dialogue, and so does a 421, which
 * announces that the server disconnects (RFC 5321 §3.8). A reply that was read together with the reply before its command is
 * unexpected: the server had not seen the command.
 */
export class Dialogue {
  readonly #reader = new ReplyReader((reply) => this.#onReply(reply));
  readonly #expected: Expected[] = [];
  readonly #running = new Set<Settle<never>>();
  #socket?: Socket;
  /** Identifies the data that is being read. */
  #reading?: object;
  /** Replies that wait until the end of the turn. */
  #postponed?: string[];
  #unreplied = 0;
  #ended?: SmtpFailure;
  #timer?: NodeJS.Timeout;
  #deadline = 0;
  #deadlineMs = 0;
  #limitTimer?: NodeJS.Timeout;

  /** @param onEnd called once, when the dialogue has ended on either side. `isByServer` is true if the server disconnected. */
  constructor(
    private readonly toError: (failure: SmtpFailure) => Error,
    private readonly onEnd: (failure: SmtpFailure, isByServer: boolean) => void,
  ) {}

  get socket(): Socket | undefined {
    return this.#socket;
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Uses a socket, from its first byte or in place of an earlier one. */
  attach(socket: Socket): void {
    if (this.#ended) return void socket.destroy();
    this.#socket = socket;
    socket.on('error', (error: SmtpFailure) => this.#socket === socket && this.end(error, true));
    // Node closes the socket only when everything was written, which the server may no longer read.
    for (const event of ['end', 'close']) socket.on(event, () => this.#socket === socket && this.end(this.#closed(), true));
    if (socket.destroyed) this.end(this.#closed(), true);
  }

  /** Starts reading replies. */
  listen(): void {
    this.#socket?.on('data', this.#onData);
  }

  /** Stops reading, and forgets what was read: bytes received before a TLS handshake are not trusted (RFC 3207 §6). */
  pause(): Socket {
    this.#socket!.off('data', this.#onData);
    this.#reader.clear();
    this.#unreplied = 0;
    return this.#socket!;
  }

  /** Waits for something other than a reply, at most `ms`. */
  run<T>(ms: number | undefined, start: (settle: Settle<T>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.end(expired(ms)), ms);
      const settle: Settle<T> = (failure, value) => {
        if (!this.#running.delete(settle)) return;
        clearTimeout(timer);
        if (failure) reject(this.toError(failure));
        else resolve(value as T);
      };
      this.#running.add(settle);
      if (this.#ended) settle(this.#ended);
      else start(settle);
    });
  }

  /** Sends a command and returns its reply. */
  command(line: string, ms: number): Promise<string> {
    return this.run<string>(undefined, (settle) => {
      this.write(`${line}\r\n`);
      this.expect(ms, (reply) => settle(null, reply));
    });
  }

  /** Returns the next reply, without a command. */
  reply(ms: number): Promise<string> {
    return this.run<string>(undefined, (settle) => this.expect(ms, (reply) => settle(null, reply)));
  }

  write(bytes: string | Uint8Array, onWritten?: () => void): void {
    if (!this.#ended) this.#socket?.write(bytes, onWritten && ((error) => !error && onWritten()));
  }

  /** Expects one more reply, within `ms` after the one before it. */
  expect(ms: number, onReply: Expected['onReply'], { takesEarly = false } = {}): void {
    if (this.#ended) return;
    if (this.#expected.push({ ms, sentDuring: this.#reading, takesEarly, onReply }) === 1) this.#startTimer(ms);
  }

  /** Calls `work` at the end of the turn, and handles later replies only after it. */
  postpone(work: () => void): void {
    this.#postponed = [];
    setImmediate(() => {
      const replies = this.#postponed ?? [];
      this.#postponed = undefined;
      this.#read(() => {
        work();
        for (const reply of replies) this.#onReply(reply);
      });
    });
  }

  /** Sets the deadline of the whole dialogue, in `ms` from now; undefined removes it. */
  limit(ms: number | undefined): void {
    clearTimeout(this.#limitTimer);
    if (ms !== undefined && !this.#ended) this.#limitTimer = setTimeout(() => this.end(expired(ms)), Math.max(ms, 0));
  }

  /** Ends the dialogue: fails everything that waits, and everything later. */
  end(failure: SmtpFailure, isByServer = false): void {
    if (this.#ended) return;
    this.#ended = failure;
    this.#expected.length = 0;
    clearTimeout(this.#timer);
    clearTimeout(this.#limitTimer);
    this.#socket?.destroy();
    for (const settle of this.#running) settle(failure);
    this.onEnd(failure, isByServer);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#unreplied += chunk.length;
    this.#read(() => this.#reader.read(chunk));
    if (this.#unreplied > MAX_REPLY_BYTES) this.end({ code: ENDLESS_REPLY });
  };

  #read(work: () => void): void {
    this.#reading = {};
    work();
    this.#reading = undefined;
  }

  #onReply(reply: string): void {
    if (this.#ended) return;
    this.#unreplied = 0;
    if (this.#postponed) return void this.#postponed.push(reply);
    const responseCode = Number.parseInt(reply);
    if (responseCode === 421) return this.end({ code: 'ECONNECTION', response: reply, responseCode });
    const next = this.#expected.shift();
    const isEarly = next?.sentDuring !== undefined && next.sentDuring === this.#reading;
    if (!next || (isEarly && !next.takesEarly)) return this.end({ code: ENDLESS_REPLY, response: reply, responseCode });
    if (this.#expected[0]) this.#startTimer(this.#expected[0].ms);
    else this.#deadline = Infinity;
    next.onReply(reply, isEarly);
  }

  /** Starts the deadline of the next reply. The timer is set anew only if it would fire too late: a mail takes several replies. */
  #startTimer(ms: number): void {
    const isEarlier = performance.now() + ms < this.#deadline;
    this.#deadlineMs = ms;
    this.#deadline = performance.now() + ms;
    if (this.#timer && !isEarlier) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onTimer(), ms);
  }

  #onTimer(): void {
    this.#timer = undefined;
    const left = this.#deadline - performance.now();
    if (this.#expected.length === 0) return;
    if (left > 0.5) this.#timer = setTimeout(() => this.#onTimer(), left);
    else this.end(expired(this.#deadlineMs));
  }

  /** Returns the failure when the socket closes. Some servers do not end their last line. */
  #closed(): SmtpFailure {
    const response = this.#reader.remainder.trim();
    const isRefusal = /^[45]\d\d[ -]/.test(response);
    return { code: 'ECONNECTION', ...(isRefusal && { response, responseCode: Number.parseInt(response) }) };
  }
}
