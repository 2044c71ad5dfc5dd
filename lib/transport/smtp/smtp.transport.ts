import type { ComposedMail, Envelope } from '../../message/compose.js';
import { type MimeRenderer, render } from '../../message/render.js';
import { MailError } from '../../shared/mail-error.js';
import { isRefusedLogin } from '../failures/smtp-failure.js';
import type { MailTransport, ObservedConnection, SendReceipt } from '../mail-transport.js';
import { assertSecurity } from './security.js';
import { type ServerTraits, SmtpSession } from './smtp-session.js';
import { timeoutsOf, type SmtpSettings, type SmtpTimeouts } from './smtp-settings.js';

/** The most messages of a session. Some relays limit them, and a new connection after this many costs little. */
const MAX_MESSAGES = 1_000;
/** How often a message may be passed to another connection before its failure is reported. */
const MAX_UNTRIED = 3;

/** A rendered message that waits for a connection or its outcome. */
interface Job {
  envelope: Envelope;
  mime: Buffer;
  /** The number of refused logins when the message was passed to the transport. */
  refusals: number;
  /** True if the message must be sent over a new connection. */
  needsNew: boolean;
  untried: number;
  /** The end of the message's time, from when it is first passed to a connection. */
  deadline?: number;
  resolve(receipt: SendReceipt): void;
  reject(error: unknown): void;
}

/** A connection of the pool. */
interface Lane {
  session: SmtpSession;
  sent: number;
  /** Missing without encryption. */
  connection?: ObservedConnection;
  idleTimer?: NodeJS.Timeout;
  isRetired: boolean;
}

/**
 * Sends over SMTP through a pool of at most `maxConnections` sessions, first come, first served. A session stays open for the
 * next message for `idleMs`.
 */
export class SmtpTransport implements MailTransport {
  readonly #settings: SmtpSettings;
  readonly #timeouts: SmtpTimeouts;
  readonly #mime: MimeRenderer | undefined;
  readonly #traits: ServerTraits = { refusesFollowing: false };
  readonly #queue: Job[] = [];
  /** Every open connection, also those that are being opened or closed. The most recently used is the last. */
  #lanes: Lane[] = [];
  readonly #work = new Set<Promise<unknown>>();
  /** The last refused login, and the number of refused logins. */
  #refusal?: MailError;
  #refusals = 0;
  #closed?: Promise<void>;
  #isAborted = false;
  idleClosed: Promise<unknown> = Promise.resolve();

  /**
   * @param mime renders the mail; by default in this thread
   * @throws MailError `CONFIG_INVALID` for an unknown security setting
   */
  constructor(settings: SmtpSettings, mime?: MimeRenderer) {
    assertSecurity(settings.security);
    this.#settings = settings;
    this.#timeouts = timeoutsOf(settings);
    this.#mime = mime;
  }

  async send(mail: ComposedMail): Promise<SendReceipt> {
    if (this.#closed) throw closed();
    return this.#track(this.#send(mail));
  }

  /** Renders before taking a connection, so that a slow attachment does not block other mail. */
  async #send(mail: ComposedMail): Promise<SendReceipt> {
    const refusals = this.#refusals;
    const mime = await render(mail, { keepBcc: false, limitMs: this.#timeouts.totalMs }, this.#mime);
    return new Promise((resolve, reject) => {
      this.#queue.push({ envelope: mail.envelope, mime, refusals, needsNew: false, untried: 0, resolve, reject });
      this.#fill();
    });
  }

  async close(graceMs?: number): Promise<void> {
    this.#closed ??= this.#drain();
    const timer = graceMs === undefined ? undefined : setTimeout(() => this.#abort(), graceMs);
    await this.#closed;
    clearTimeout(timer);
  }

  async #drain(): Promise<void> {
    this.idleClosed = Promise.all(this.#lanes.filter(isIdle).map((lane) => this.#retire(lane)));
    await this.idleClosed;
    while (this.#work.size) await Promise.allSettled(this.#work);
  }

  #abort(): void {
    this.#isAborted = true;
    const { auth } = this.#settings;
    if (auth && 'tokens' in auth) auth.tokens.abort();
    for (const { session } of this.#lanes) session.close();
    for (const job of this.#queue.splice(0)) job.reject(closed());
  }

  /** Passes waiting messages to connections: an idle one, a new one, or one that takes a message behind another. */
  #fill(): void {
    for (let job = this.#queue[0]; job; job = this.#queue[0]) {
      // The login was refused while this mail waited. Not tried again: servers lock accounts after repeated wrong passwords.
      const isRefused = this.#refusal !== undefined && this.#refusals > job.refusals && !this.#lanes.some(isIdle);
      const idle = job.needsNew ? undefined : this.#lanes.findLast(isIdle);
      const mayOpen = this.#lanes.length < this.#settings.maxConnections;
      const busy = job.needsNew ? undefined : this.#lanes.find(isAhead);
      if (isRefused && mayOpen) this.#queue.shift()!.reject(this.#refusal);
      else if (idle) this.#start(idle, this.#queue.shift()!);
      else if (mayOpen) void this.#track(this.#open(this.#queue.shift()!));
      else if (busy) this.#start(busy, this.#queue.shift()!);
      else return this.#makeRoom(job);
    }
  }

  /** Closes an idle connection for a message that needs a new one. */
  #makeRoom({ needsNew }: Job): void {
    const idle = needsNew && !this.#lanes.some(({ isRetired }) => isRetired) ? this.#lanes.find(isIdle) : undefined;
    if (idle) void this.#track(this.#retire(idle));
  }

  #addLane(): Lane {
    const events = { onReady: () => this.#onReady(lane), onEnd: () => clearTimeout(lane.idleTimer) };
    const lane: Lane = { session: new SmtpSession(this.#settings, events, this.#traits), sent: 0, isRetired: false };
    this.#lanes.push(lane);
    return lane;
  }

  /** Opens a connection for a message. */
  async #open(job: Job): Promise<void> {
    const { totalMs } = this.#timeouts;
    job.deadline ??= performance.now() + totalMs;
    const lane = this.#addLane();
    const { session } = lane;
    session.limit(job.deadline - performance.now());
    try {
      if (this.#isAborted) throw closed();
      await session.connect();
      lane.connection = observed(session);
      await session.login();
      session.limit(undefined);
    } catch (error) {
      if (isRefusedLogin(error)) {
        this.#refusal = error;
        this.#refusals += 1;
      }
      await session.quit();
      this.#remove(lane);
      job.reject(error);
      this.#fill();
      return;
    }
    this.#start(lane, job);
  }

  #start(lane: Lane, job: Job): void {
    clearTimeout(lane.idleTimer);
    const { totalMs } = this.#timeouts;
    const wasUsed = lane.sent > 0;
    job.deadline ??= performance.now() + totalMs;
    lane.sent += 1;
    const timer = setTimeout(() => lane.session.expire(totalMs), Math.max(job.deadline - performance.now(), 0));
    lane.session.start({
      envelope: job.envelope,
      mime: job.mime,
      onSent: (receipt) => {
        clearTimeout(timer);
        job.resolve({ ...receipt, connection: lane.connection });
      },
      onFailed: (error, isUntried) => {
        clearTimeout(timer);
        this.#onFailed(job, error, { isUntried, wasUsed });
        if (!lane.session.isOpen) void this.#track(this.#retire(lane));
      },
    });
  }

  /** Reports the failure, or sends the message over another connection if the server did not judge it. */
  #onFailed(job: Job, error: MailError, { isUntried, wasUsed }: { isUntried: boolean; wasUsed: boolean }): void {
    const isLate = performance.now() >= job.deadline!;
    const mayRepeat = isUntried ? job.untried < MAX_UNTRIED : wasUsed && !job.needsNew && isStale(error);
    if (!mayRepeat || isLate || this.#isAborted) return job.reject(error);
    job.untried += 1;
    // The server may have ended every idle connection.
    job.needsNew ||= !isUntried;
    this.#queue.unshift(job);
    setImmediate(() => this.#fill());
  }

  #onReady(lane: Lane): void {
    const { session } = lane;
    if (session.load === 0 && (this.#closed ? this.#queue.length === 0 : !session.isReady || lane.sent >= MAX_MESSAGES)) {
      void this.#track(this.#retire(lane));
      return;
    }
    this.#fill();
    if (session.load > 0 || lane.isRetired) return;
    // The most recently used connection is the least likely to be dead.
    this.#lanes = [...this.#lanes.filter((one) => one !== lane), lane];
    clearTimeout(lane.idleTimer);
    lane.idleTimer = setTimeout(() => void this.#track(this.#retire(lane)), this.#timeouts.idleMs);
  }

  /** Closes a connection. It counts until it is closed, so that the limit holds. */
  async #retire(lane: Lane): Promise<void> {
    if (lane.isRetired) return;
    lane.isRetired = true;
    clearTimeout(lane.idleTimer);
    await lane.session.quit();
    this.#remove(lane);
    this.#fill();
  }

  #remove(lane: Lane): void {
    this.#lanes = this.#lanes.filter((one) => one !== lane);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const done = () => void this.#work.delete(work);
    work.then(done, done);
    return work;
  }
}

const isIdle = ({ session, isRetired, sent }: Lane): boolean => !isRetired && sent > 0 && session.load === 0 && session.isReady;
const isAhead = ({ session, isRetired, sent }: Lane): boolean =>
  !isRetired && sent > 0 && sent < MAX_MESSAGES && session.load > 0 && session.isReady;

function observed({ seenTls }: SmtpSession): ObservedConnection | undefined {
  const { tlsVersion, certificateExpiresAt } = seenTls;
  if (!tlsVersion && !certificateExpiresAt) return undefined;
  return { tlsVersion: tlsVersion ?? null, certificateExpiresAt: certificateExpiresAt ?? null, at: performance.now() };
}

function closed(): MailError {
  return new MailError('CONNECTION', 'This connection pool is closed.', {
    remedy: 'Send the message again. The configuration has changed, or the application is stopping.',
  });
}

/** True if the server had already ended an idle connection, with or without a 421. */
function isStale(error: MailError): boolean {
  if (error.code !== 'CONNECTION' && error.code !== 'TIMEOUT') return false;
  return error.reply === undefined || error.reply.startsWith('421');
}
