import { type FieldProblem, MailError } from '../shared/mail-error.js';
import type { KeyRing } from './key-ring.js';
import { SecretCache, DEADLINE_MS, within } from './secret-cache.js';
import { failureOf } from './secret-failure.js';
import type { Secret } from './secret.js';
import { type SecretUse, refusedUse, useProblem } from './secret-use.js';
import { type SecretChoice, type SecretFailure, type SecretSource, type SecretSourceError, STORED } from './secret-source.js';

/** Where one secret of a row is: sealed in the row, or a key in a source. */
export interface SecretLocation {
  source: string;
  ref: string | null;
  cipher: string | null;
  /** What the cipher is bound to: row, column and destination. */
  context: readonly (string | number | null)[];
  /** Where the secret is going to be sent, and how. */
  use: SecretUse;
}

/** Whether a secret can be read just now, and why not. One that is not allowed has the problem of the field, too. */
export type SecretCheck =
  | { readable: true }
  | { readable: false; reason: SecretFailure | 'busy'; message: string }
  | ({ readable: false; reason: 'not_allowed' } & FieldProblem);

/** A page of the secrets to choose from. */
export interface SecretChoices {
  choices: SecretChoice[];
  /** True when more of them hold the search text. */
  hasMore: boolean;
}

const MAX_REF = 512;
/** What was found out about a key is said again for this long: nobody can make this application ask a vault all the time. */
const CHECK_MS = 5_000;
/** Different keys asked for within a minute. */
const CHECKS_A_MINUTE = 30;

/** Turns a secret's location into its value, from the row or from the source it names. */
export class SecretResolver {
  readonly #keyRing: KeyRing;
  readonly #sources: readonly SecretSource[];
  readonly #cache: SecretCache;
  readonly #checks = new Map<string, { at: number; answer: Promise<SecretCheck> }>();

  constructor(keyRing: KeyRing, sources: readonly SecretSource[], cache = new SecretCache()) {
    this.#keyRing = keyRing;
    this.#sources = sources;
    this.#cache = cache;
  }

  /** The value as it is now, past the cache. @throws MailError `SECRET` when it cannot be read; the message names the place, never a value. */
  async resolve(location: SecretLocation): Promise<string> {
    if (location.source === STORED) return this.#open(location);
    const { source, key } = this.#allowed(location);
    return (await toMailError(source, this.#cache.read(source, key))).reveal();
  }

  /** The value of a source's secret as mail is sent with it: kept for five minutes, see SecretCache. @throws MailError `SECRET` */
  async current(location: SecretLocation): Promise<Secret> {
    const { source, key } = this.#allowed(location);
    return toMailError(source, this.#cache.get(source, key));
  }

  /** What replaced a secret that a server refused; undefined when nothing did. */
  async renewed(location: SecretLocation, refused: Secret): Promise<Secret | undefined> {
    const { source, key } = this.#allowed(location);
    const secret = await this.#cache.renew(source, key, refused).catch(() => undefined);
    return secret?.revision === refused.revision ? undefined : secret;
  }

  /** Why a key of a source may not be used like this; undefined if it may. */
  refusal(sourceId: string, key: unknown, use: SecretUse): FieldProblem | undefined {
    const choice = typeof key === 'string' && key.length <= MAX_REF ? this.#source(sourceId)?.allows(key) : undefined;
    return choice ? useProblem(choice, use) : { code: 'not_a_choice', message: 'Choose a secret from the list.' };
  }

  /** The keys a source offers. @throws MailError `SECRET` when it cannot list them, `NOT_FOUND` when there is no such source */
  async choices(sourceId: string, { search = '', limit }: { search?: string; limit: number }): Promise<SecretChoices> {
    const source = this.#source(sourceId);
    if (!source) throw new MailError('NOT_FOUND', 'There is no such source of secrets.', { remedy: '' });
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const found = await toMailError(
      source,
      within(signal, () => source.choices({ signal, search, limit: limit + 1 })),
    );
    // Field by field: whatever else a source puts beside them stays here.
    const choices = found.slice(0, limit).map(({ key, label, hint, destinations }) => ({ key, label, hint, destinations }));
    return { choices, hasMore: found.length > limit };
  }

  /** Reads a secret to see whether it can be read. Answers of the last seconds are given again. */
  async check(sourceId: string, key: string, use: SecretUse): Promise<SecretCheck> {
    const refusal = this.refusal(sourceId, key, use);
    if (refusal) return { readable: false, reason: 'not_allowed', ...refusal };
    const id = JSON.stringify([sourceId, key]);
    const now = this.#cache.now();
    for (const [checked, { at }] of this.#checks) if (now - at > 60_000) this.#checks.delete(checked);
    const last = this.#checks.get(id);
    if (last && now - last.at < CHECK_MS) return last.answer;
    if (!last && this.#checks.size >= CHECKS_A_MINUTE) return BUSY;
    const answer = this.#cache.read(this.#source(sourceId)!, key).then(
      () => ({ readable: true }) as const,
      ({ reason, message, remedy }: SecretSourceError): SecretCheck => ({ readable: false, reason, message: `${message} ${remedy}` }),
    );
    this.#checks.set(id, { at: now, answer });
    return answer;
  }

  /** Forgets every value and closes the sources, each of them whatever the others do. */
  async close(): Promise<void> {
    this.#cache.close();
    this.#checks.clear();
    await Promise.allSettled(this.#sources.map(async (source) => source.close?.()));
  }

  #source(id: string): SecretSource | undefined {
    return this.#sources.find((source) => source.id === id);
  }

  /** Why a location may not be read, as far as that is known without reading it; undefined if it may. */
  refusalOf({ source: id, ref, use }: SecretLocation): MailError | undefined {
    if (id === STORED) return undefined;
    const source = this.#source(id);
    if (!source) return unreadable(`The secret source "${id}" is not set up any more.`);
    const refusal = this.refusal(id, ref, use);
    return refusal && refusedUse(source, refusal);
  }

  /** What the row says is believed no more here than when it was saved: rows can be written by hand, and lists change. */
  #allowed(location: SecretLocation): { source: SecretSource; key: string } {
    const refusal = this.refusalOf(location);
    if (refusal) throw refusal;
    return { source: this.#source(location.source)!, key: location.ref! };
  }

  #open({ cipher, context }: SecretLocation): string {
    if (cipher === null) throw unreadable('No password is stored.');
    const opened = this.#keyRing.open(cipher, context);
    if (opened.ok) return opened.plain;
    if (opened.failure === 'damaged')
      throw unreadable('The stored password cannot be read: it was damaged, or the destination was changed outside of this form.');
    throw unreadable(`The stored password was sealed with the key "${opened.keyId}", which is not the one this application has.`);
  }
}

const BUSY: SecretCheck = { readable: false, reason: 'busy', message: 'Too many secrets were checked. Wait a minute, then try again.' };

/** A source's failure as a MailError. */
async function toMailError<T>(source: SecretSource, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const { message, remedy } = failureOf(source, error);
    throw unreadable(message.startsWith(source.label) ? message : `${source.label}: ${message}`, remedy);
  });
}

function unreadable(summary: string, remedy?: string): MailError {
  return new MailError('SECRET', summary, { remedy });
}
