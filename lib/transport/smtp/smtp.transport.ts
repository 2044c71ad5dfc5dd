import type { ComposedMail, Envelope } from '../../message/compose.js';
import { MailError } from '../../shared/mail-error.js';
import type { MailTransport, ObservedConnection, SendReceipt } from '../mail-transport.js';
import { type MimeRenderer, render } from '../../message/render.js';
import { SmtpClient } from './smtp-client.js';
import { isRefusedLogin } from '../failures/smtp-failure.js';
import { timeoutsOf, type SmtpSettings } from './smtp-settings.js';

/** The most messages of a session. Some relays limit them, and a new connection after this many costs little. */
const MAX_MESSAGES = 1_000;

/** A connection of the pool. */
interface PooledClient {
  client: SmtpClient;
  sent: number;
  /** True if a refused message must be reset (RSET) before the next one. */
  isDirty: boolean;
  /** Missing without encryption. */
  connection?: ObservedConnection;
  idleTimer?: NodeJS.Timeout;
}

/**
 * Sends over SMTP through a pool of at most `maxConnections` sessions, first come, first served. A session stays open for the
 * next message for `idleMs`.
 */
export class SmtpTransport implements MailTransport {
  readonly #settings: SmtpSettings;
  readonly #mime: MimeRenderer | undefined;
  readonly #idle: PooledClient[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #work = new Set<Promise<unknown>>();
  readonly #clients = new Set<SmtpClient>();
  /** The last refused login, and the number of refused logins. */
  #refusal?: MailError;
  #refusals = 0;
  #free: number;
  #closed?: Promise<void>;
  #isAborted = false;
  idleClosed: Promise<unknown> = Promise.resolve();

  /** @param mime renders the mail; by default in this thread */
  constructor(settings: SmtpSettings, mime?: MimeRenderer) {
    this.#settings = settings;
    this.#mime = mime;
    this.#free = settings.maxConnections;
  }

  async send(mail: ComposedMail): Promise<SendReceipt> {
    if (this.#closed) throw closed();
    return this.#track(this.#send(mail));
  }

  /** Renders before taking a connection, so that a slow attachment does not block other mail. */
  async #send(mail: ComposedMail): Promise<SendReceipt> {
    const refusals = this.#refusals;
    const mime = await render(mail, { keepBcc: false, limitMs: timeoutsOf(this.#settings).totalMs }, this.#mime);
    return this.#withSlot(() => this.#deliver(mail.envelope, mime, refusals));
  }

  async close(graceMs?: number): Promise<void> {
    this.#closed ??= this.#drain();
    const timer = graceMs === undefined ? undefined : setTimeout(() => this.#abort(), graceMs);
    await this.#closed;
    clearTimeout(timer);
  }

  async #drain(): Promise<void> {
    this.idleClosed = Promise.all(this.#idle.splice(0).map((pooled) => this.#retire(pooled)));
    await this.idleClosed;
    while (this.#work.size) await Promise.allSettled(this.#work);
  }

  #abort(): void {
    this.#isAborted = true;
    const { auth } = this.#settings;
    if (auth && 'tokens' in auth) auth.tokens.abort();
    for (const client of this.#clients) client.close();
  }

  /** Delivers one message. Replaces an idle connection once if it turns out to be dead before the body is sent. */
  async #deliver(envelope: Envelope, mime: Buffer, refusals: number): Promise<SendReceipt> {
    const { totalMs } = timeoutsOf(this.#settings);
    const deadline = Date.now() + totalMs;
    const kept = await this.#takeIdle();
    if (kept) {
      try {
        return await this.#sendOver(kept, envelope, mime, totalMs);
      } catch (error) {
        if (!isStale(error) || Date.now() >= deadline) throw error;
      }
    }
    // The login was refused while this mail waited. Not tried again, because servers lock accounts after repeated wrong passwords.
    if (this.#refusal && this.#refusals > refusals) throw this.#refusal;
    return this.#sendOver(await this.#open(deadline - Date.now()), envelope, mime, deadline - Date.now());
  }

  async #sendOver(pooled: PooledClient, envelope: Envelope, mime: Buffer, limitMs: number): Promise<SendReceipt> {
    pooled.client.limit(limitMs);
    try {
      pooled.isDirty = true;
      const receipt = await pooled.client.send(envelope, mime);
      pooled.isDirty = false;
      return { ...receipt, connection: pooled.connection };
    } finally {
      pooled.client.limit(undefined);
      pooled.sent += 1;
      await this.#returnToPool(pooled);
    }
  }

  async #open(limitMs: number): Promise<PooledClient> {
    if (this.#isAborted) throw closed();
    const onEnd = (): void => {
      this.#clients.delete(pooled.client);
      this.#removeIdle(pooled);
    };
    const pooled: PooledClient = { client: new SmtpClient(this.#settings, { onEnd }), sent: 0, isDirty: false };
    this.#clients.add(pooled.client);
    pooled.client.limit(limitMs);
    try {
      await pooled.client.connect();
      pooled.connection = observed(pooled.client);
      await pooled.client.login();
      return pooled;
    } catch (error) {
      if (isRefusedLogin(error)) {
        this.#refusal = error;
        this.#refusals += 1;
      }
      await pooled.client.quit();
      throw error;
    }
  }

  async #takeIdle(): Promise<PooledClient | undefined> {
    // The most recently used connection is the least likely to be dead.
    for (let pooled = this.#idle.pop(); pooled; pooled = this.#idle.pop()) {
      clearTimeout(pooled.idleTimer);
      if (await isReady(pooled)) return pooled;
      await this.#retire(pooled);
    }
    return undefined;
  }

  async #returnToPool(pooled: PooledClient): Promise<void> {
    if (this.#closed || !pooled.client.isOpen || pooled.sent >= MAX_MESSAGES) return this.#retire(pooled);
    this.#idle.push(pooled);
    pooled.idleTimer = setTimeout(() => this.#expire(pooled), timeoutsOf(this.#settings).idleMs);
  }

  /** Closes an idle connection, which occupies a slot until it is closed, so that the limit holds. */
  #expire(pooled: PooledClient): void {
    this.#removeIdle(pooled);
    this.#track(this.#withSlot(() => this.#retire(pooled))).catch(() => undefined);
  }

  #removeIdle(pooled: PooledClient): void {
    clearTimeout(pooled.idleTimer);
    const index = this.#idle.indexOf(pooled);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  async #retire(pooled: PooledClient): Promise<void> {
    this.#removeIdle(pooled);
    await pooled.client.quit();
  }

  async #withSlot<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const done = () => void this.#work.delete(work);
    work.then(done, done);
    return work;
  }
}

function observed({ seenTls }: SmtpClient): ObservedConnection | undefined {
  const { tlsVersion, certificateExpiresAt } = seenTls;
  if (!tlsVersion && !certificateExpiresAt) return undefined;
  return { tlsVersion: tlsVersion ?? null, certificateExpiresAt: certificateExpiresAt ?? null, at: performance.now() };
}

function closed(): MailError {
  return new MailError('CONNECTION', 'This connection pool is closed.', {
    remedy: 'Send the message again. The configuration has changed, or the application is stopping.',
  });
}

async function isReady({ client, isDirty }: PooledClient): Promise<boolean> {
  if (!client.isOpen || !isDirty) return client.isOpen;
  return client.reset().then(
    () => true,
    () => false,
  );
}

/** True if the server had already ended an idle connection, with or without a 421. */
function isStale(error: unknown): boolean {
  if (!(error instanceof MailError)) return false;
  if (error.reply !== undefined) return error.reply.startsWith('421');
  return error.code === 'CONNECTION' || error.code === 'TIMEOUT';
}
