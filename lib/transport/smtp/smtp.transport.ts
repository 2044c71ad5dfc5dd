import { setMaxListeners } from 'node:events';
import type { ComposedMail, Envelope } from '../../message/compose.js';
import { type MimeRenderer, render } from '../../message/render.js';
import { MailError } from '../../shared/mail-error.js';
import { isRefusedLogin } from '../failures/smtp-failure.js';
import type { MailTransport, ObservedConnection, SendReceipt } from '../mail-transport.js';
import { assertSecurity } from './security.js';
import { closed, deferralOf, isStale, joinReceipts, joinRefusals, observedConnection, refusalsOf } from './outcomes.js';
import { isOneTooMany, ServerLimits } from './server-limits.js';
import { SmtpSession } from './smtp-session.js';
import type { Outgoing } from './transaction.js';
import { timeoutsOf, type SmtpSettings, type SmtpTimeouts } from './smtp-settings.js';

/** How often a message may be passed to another connection before its failure is reported. */
const MAX_UNTRIED = 3;

/** A rendered message that waits for a connection or its outcome. */
interface Job {
  envelope: Envelope;
  mime: Buffer;
  /** The number of failed connections when the message was passed to the transport. */
  failures: number;
  /** True if the message must be sent over a new connection. */
  needsNew: boolean;
  /** The session that deferred the message, so that it is sent over a new one: the reply, and the messages of that session before. */
  deferred?: { reply: string; messages: number };
  /** The outcome for earlier recipients, if the server accepts only some at a time, and the failure if it accepted none of them. */
  earlier?: SendReceipt;
  refusal?: MailError;
  untried: number;
  /** The end of its time, from when it is first passed to a connection. */
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
  readonly #limits = new ServerLimits();
  readonly #queue: Job[] = [];
  /** Every open connection, also those that are being opened or closed. The most recently used is the last. */
  #lanes: Lane[] = [];
  readonly #work = new Set<Promise<unknown>>();
  /** The last failure to open a connection, and the number of these failures. */
  #failure?: MailError;
  #failures = 0;
  #closed?: Promise<void>;
  #isAborted = false;
  /** Stops reading attachments, which may never end. */
  readonly #stop = new AbortController();
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
    if (settings.acceptedConnections !== undefined) this.#limits.refusedConnection(settings.acceptedConnections);
    // One for each message that is being rendered.
    setMaxListeners(0, this.#stop.signal);
  }

  /** With an envelope behind the body of the message before it, or whole messages one behind the other, if the server supports that. */
  get perConnection(): number {
    return this.#lanes.reduce((most, { session, sent }) => (sent > 0 ? Math.max(most, session.capacity) : most), 1);
  }

  get acceptedConnections(): number | undefined {
    const { connections } = this.#limits;
    return connections < this.#settings.maxConnections ? connections : undefined;
  }

  async send(mail: ComposedMail): Promise<SendReceipt> {
    if (this.#closed) throw closed();
    return this.#track(this.#send(mail));
  }

  /** Renders before taking a connection, so that a slow attachment does not block other mail. */
  async #send(mail: ComposedMail): Promise<SendReceipt> {
    const failures = this.#failures;
    const mime = await this.#render(mail);
    return new Promise((resolve, reject) => {
      this.#queue.push({ envelope: mail.envelope, mime, failures, needsNew: false, untried: 0, resolve, reject });
      this.#fill();
    });
  }

  async #render(mail: ComposedMail): Promise<Buffer> {
    try {
      return await render(mail, { keepBcc: false, limitMs: this.#timeouts.totalMs, signal: this.#stop.signal }, this.#mime);
    } catch (error) {
      throw this.#isAborted ? closed() : error;
    }
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
    // Connections that became idle while a message waited for a new one.
    await Promise.all(this.#lanes.map((lane) => this.#retire(lane)));
  }

  #abort(): void {
    this.#isAborted = true;
    const { auth } = this.#settings;
    if (auth && 'tokens' in auth) auth.tokens.abort();
    this.#stop.abort(closed());
    for (const { session } of this.#lanes) session.close();
    for (const job of this.#queue.splice(0)) this.#reject(job, closed());
  }

  /** Passes waiting messages to connections: an idle one, a new one, or one that takes a message behind another. */
  #fill(): void {
    for (let job = this.#queue[0]; job; job = this.#queue[0]) {
      const idle = job.needsNew ? undefined : this.#lanes.findLast((lane) => isIdle(lane) && lane.sent < this.#limits.messages);
      const busy = job.needsNew ? undefined : this.#leastBusy();
      // A connection failed to open while this message waited. Another one is not tried: servers lock accounts after repeated wrong
      // passwords, and a server that is down would be tried once for each message.
      const isRefused = this.#failure !== undefined && this.#failures > job.failures;
      const mayOpen = !isRefused && this.#lanes.length < Math.min(this.#settings.maxConnections, this.#limits.connections);
      if (idle) this.#start(idle, this.#queue.shift()!);
      else if (mayOpen) void this.#track(this.#open(this.#queue.shift()!));
      else if (busy) this.#start(busy, this.#queue.shift()!);
      else if (isRefused && (this.#lanes.length === 0 || isRefusedLogin(this.#failure))) this.#reject(this.#queue.shift()!, this.#failure);
      else return this.#makeRoom(job);
    }
  }

  /** Returns the connection with the fewest messages that takes one behind them. */
  #leastBusy(): Lane | undefined {
    let least: Lane | undefined;
    for (const lane of this.#lanes) {
      const isFree = isAhead(lane) && lane.sent < this.#limits.messages;
      if (isFree && (!least || lane.session.load < least.session.load)) least = lane;
    }
    return least;
  }

  /** Closes an idle connection that the message cannot use, so that a new one can be opened for it. */
  #makeRoom({ needsNew }: Job): void {
    if (this.#lanes.some(({ isRetired }) => isRetired)) return;
    const idle = this.#lanes.find((lane) => isIdle(lane) && (needsNew || lane.sent >= this.#limits.messages));
    if (idle) void this.#track(this.#retire(idle));
  }

  #addLane(): Lane {
    const events = { onReady: () => this.#onReady(lane), onEnd: () => this.#onEnd(lane) };
    const lane: Lane = { session: new SmtpSession(this.#settings, events, this.#limits), sent: 0, isRetired: false };
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
      lane.connection = observedConnection(session);
      await session.login();
      session.limit(undefined);
      this.#failure = undefined;
    } catch (error) {
      // While others work, the server only limits the connections, and may be connected to again once one of them is closed.
      if (isRefusedLogin(error) || !this.#lanes.some(isWorking)) {
        this.#failure = error as MailError;
        this.#failures += 1;
      }
      lane.isRetired = true;
      await session.quit();
      this.#remove(lane);
      this.#onRefused(job, error as MailError);
      return;
    }
    this.#start(lane, job);
    this.#fill();
  }

  /** A connection could not be opened. While others work or are being opened, the message waits for one of them. */
  #onRefused(job: Job, error: MailError): void {
    const open = this.#lanes.filter(isWorking).length;
    const mayWait = open > 0 || this.#lanes.some(isOpening);
    if (mayWait && !isRefusedLogin(error) && performance.now() < job.deadline!) {
      if (open > 0) this.#limits.refusedConnection(open);
      this.#queue.unshift(job);
    } else {
      this.#reject(job, error);
    }
    this.#fill();
  }

  #start(lane: Lane, job: Job): void {
    clearTimeout(lane.idleTimer);
    const { totalMs } = this.#timeouts;
    const messages = lane.sent;
    job.deadline ??= performance.now() + totalMs;
    lane.sent += 1;
    const { to } = job.envelope;
    const later = to.slice(this.#limits.recipients);
    const message: Outgoing = {
      envelope: { ...job.envelope, to: to.slice(0, this.#limits.recipients) },
      mime: job.mime,
      onSent: (receipt) => {
        clearTimeout(timer);
        this.#onSent(job, { ...receipt, connection: lane.connection }, later);
      },
      onFailed: (error, isUntried) => {
        clearTimeout(timer);
        const { rejected } = error;
        // A limit that left no recipient over would refuse the others, too.
        const mayContinue = later.length > 0 && !rejected?.some(isOneTooMany);
        if (rejected && mayContinue)
          this.#onSent({ ...job, refusal: joinRefusals(job.refusal, error) }, { accepted: [], rejected, reply: '' }, later);
        else this.#onFailed(job, error, { isUntried, messages });
      },
    };
    const timer = setTimeout(() => lane.session.expire(message, totalMs), Math.max(job.deadline - performance.now(), 0));
    lane.session.start(message);
    // The session may have ended before it had a message.
    if (!lane.session.isOpen) void this.#track(this.#retire(lane));
  }

  /** Reports the outcome, or goes on with the recipients that the server did not take in this transaction. */
  #onSent(job: Job, receipt: SendReceipt, later: string[]): void {
    if (job.deferred) this.#limits.endedSession(job.deferred.messages);
    const tooMany = receipt.rejected.filter(isOneTooMany);
    const earlier = joinReceipts(job.earlier, { ...receipt, rejected: receipt.rejected.filter((one) => !tooMany.includes(one)) });
    if (tooMany.length > 0) this.#limits.refusedRecipients(receipt.accepted.length);
    const to = [...tooMany.map(({ address }) => address), ...later];
    if (to.length > 0) this.#repeat(job, { envelope: { ...job.envelope, to }, earlier, deferred: undefined, needsNew: false });
    else job.resolve(earlier);
  }

  /** Reports the failure, or sends the message over another connection if the server did not judge it. */
  #onFailed(job: Job, error: MailError, { isUntried, messages }: { isUntried: boolean; messages: number }): void {
    const wasUsed = messages > 0;
    const isLate = performance.now() >= job.deadline! || this.#isAborted;
    if (isUntried && job.untried < MAX_UNTRIED && !isLate) return this.#repeat(job, { untried: job.untried + 1 });
    // The server may have ended every idle connection.
    if (!isUntried && wasUsed && !job.needsNew && !isLate && isStale(error)) {
      const deferred = error.reply === undefined ? undefined : { reply: error.reply, messages };
      return this.#repeat(job, { needsNew: true, deferred });
    }
    const reply = deferralOf(error);
    if (reply && wasUsed && !job.needsNew && !isLate && !this.#limits.isKnownDeferral(reply))
      return this.#repeat(job, { needsNew: true, deferred: { reply, messages } });
    if (reply && job.deferred) this.#limits.keptDeferring(reply);
    this.#reject(job, error);
  }

  /** Puts a message in front of all that wait. */
  #repeat(job: Job, changes: Partial<Job>): void {
    this.#queue.unshift(Object.assign(job, changes));
    setImmediate(() => this.#fill());
  }

  /** Reports a failure: to the recipients that are left, if the server has accepted the message for others. */
  #reject(job: Job, error: unknown): void {
    const { earlier, refusal, envelope } = job;
    if (!earlier?.accepted.length) return job.reject(joinRefusals(refusal, error));
    job.resolve({ ...earlier, rejected: [...earlier.rejected, ...refusalsOf(error, envelope.to)] });
  }

  #onReady(lane: Lane): void {
    const { session } = lane;
    const isDone = this.#closed ? this.#queue.length === 0 : !session.isReady || lane.sent >= this.#limits.messages;
    if (session.load === 0 && isDone) return void this.#track(this.#retire(lane));
    this.#fill();
    if (session.load > 0 || lane.isRetired) return;
    // The most recently used connection is the least likely to be dead.
    this.#lanes = [...this.#lanes.filter((one) => one !== lane), lane];
    clearTimeout(lane.idleTimer);
    lane.idleTimer = setTimeout(() => void this.#track(this.#retire(lane)), this.#timeouts.idleMs);
  }

  #onEnd(lane: Lane): void {
    // A connection that could not be opened is removed by the code that opened it.
    if (lane.sent > 0) void this.#track(this.#retire(lane));
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

const isOpening = ({ isRetired, sent }: Lane): boolean => !isRetired && sent === 0;
const isWorking = ({ session, isRetired, sent }: Lane): boolean => !isRetired && sent > 0 && session.isOpen;
const isIdle = ({ session, isRetired, sent }: Lane): boolean => !isRetired && sent > 0 && session.load === 0 && session.isReady;
const isAhead = ({ session, isRetired, sent }: Lane): boolean => !isRetired && sent > 0 && session.load > 0 && session.isReady;
