import type { SecretColumn } from '../shared/config-fields.js';
import { type FieldProblem, MailError, type ReasonValues } from '../shared/mail-error.js';
import { secretError } from './diagnoses.js';
import type { KeyRing } from './key-ring.js';
import { SecretCache, DEADLINE_MS, within } from './secret-cache.js';
import { toSourceError } from './secret-failure.js';
import type { Secret } from './secret.js';
import { type SecretUse, refusedUse, useProblem } from './secret-use.js';
import { REMEDIES, type SecretSource, type SecretSourceError } from './secret-source.js';
import { type SecretCheck, type SecretChoices, STORED } from '../shared/secrets.js';

/** The location of a secret: sealed in the row, or a key in a source. */
export interface SecretLocation {
  source: string;
  ref: string | null;
  cipher: string | null;
  /** The context that the cipher is bound to: row, column and destination. */
  context: readonly (string | number | null)[];
  /** The use of the secret: the servers that receive it, and the CAs that the configuration trusts. */
  use: SecretUse;
  /** The field of the configuration that holds it. */
  field?: SecretColumn;
}

const MAX_REF = 512;
/** The time for which the result of a check is reused, so that an admin cannot make this application query a vault continuously. */
const CHECK_MS = 5_000;
/** The most keys that can be checked within a minute. */
const MAX_CHECKS_PER_MINUTE = 30;

/** Returns the value of a secret, from the row or from the source that the row names. */
export class SecretResolver {
  readonly #keyRing: KeyRing;
  readonly #sources: readonly SecretSource[];
  readonly #cache: SecretCache;
  readonly #checks = new Map<string, { at: number; result: Promise<SecretCheck> }>();

  constructor(keyRing: KeyRing, sources: readonly SecretSource[], cache = new SecretCache()) {
    this.#keyRing = keyRing;
    this.#sources = sources;
    this.#cache = cache;
  }

  /**
   * Reads the current value without the cache. @throws MailError `SECRET` if it cannot be read; the message names the location,
   * never a value
   */
  async resolve(location: SecretLocation): Promise<string> {
    if (location.source === STORED) return this.#open(location);
    const { source, key } = this.#allowed(location);
    return (await toMailError(source, this.#cache.read(source, key), valuesOf(location))).reveal();
  }

  /** Returns the cached value of a source's secret, see {@link SecretCache}. @throws MailError `SECRET` */
  async current(location: SecretLocation): Promise<Secret> {
    const { source, key } = this.#allowed(location);
    return toMailError(source, this.#cache.get(source, key), valuesOf(location));
  }

  /** Returns the value that replaced a refused secret; undefined if it did not change. */
  async renew(location: SecretLocation, refused: Secret): Promise<Secret | undefined> {
    const { source, key } = this.#allowed(location);
    const secret = await this.#cache.renew(source, key, refused).catch(() => undefined);
    return secret?.revision === refused.revision ? undefined : secret;
  }

  /** Returns the problem with this use of a key; undefined if it is allowed. */
  refusal(sourceId: string, key: unknown, use: SecretUse): FieldProblem | undefined {
    const choice = typeof key === 'string' && key.length <= MAX_REF ? this.#source(sourceId)?.allows(key) : undefined;
    return choice ? useProblem(choice, use) : { code: 'not_a_choice', message: 'Choose a secret from the list.' };
  }

  /** Returns the keys that a source offers. @throws MailError `SECRET` if it cannot list them, `NOT_FOUND` if the source does not exist */
  async choices(sourceId: string, { search = '', limit }: { search?: string; limit: number }): Promise<SecretChoices> {
    const source = this.#source(sourceId);
    if (!source) throw new MailError('NOT_FOUND', 'This secret source does not exist.', { remedy: '' });
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const found = await toMailError(
      source,
      within(signal, () => source.choices({ signal, search, limit: limit + 1 })),
    );
    // Copies known fields only, so that nothing else reaches the browser.
    const choices = found.slice(0, limit).map(({ key, label, hint, destinations }) => ({ key, label, hint, destinations }));
    return { choices, hasMore: found.length > limit };
  }

  /** Checks that a secret can be read. Reuses the results of the last few seconds. */
  async check(sourceId: string, key: string, use: SecretUse): Promise<SecretCheck> {
    const refusal = this.refusal(sourceId, key, use);
    if (refusal) return { readable: false, reason: 'not_allowed', ...refusal };
    const id = JSON.stringify([sourceId, key]);
    const now = this.#cache.now();
    for (const [checked, { at }] of this.#checks) if (now - at > 60_000) this.#checks.delete(checked);
    const last = this.#checks.get(id);
    if (last && now - last.at < CHECK_MS) return last.result;
    if (!last && this.#checks.size >= MAX_CHECKS_PER_MINUTE) return BUSY;
    const result = this.#cache.read(this.#source(sourceId)!, key).then(
      () => ({ readable: true }) as const,
      ({ reason, message, remedy }: SecretSourceError): SecretCheck => ({ readable: false, reason, message: `${message} ${remedy}` }),
    );
    this.#checks.set(id, { at: now, result });
    return result;
  }

  /** Forgets every value and closes every source, even if one fails. */
  async close(): Promise<void> {
    this.#cache.close();
    this.#checks.clear();
    await Promise.allSettled(this.#sources.map(async (source) => source.close?.()));
  }

  #source(id: string): SecretSource | undefined {
    return this.#sources.find((source) => source.id === id);
  }

  /** Returns the error of a location that may not be read, without reading it; undefined if it may. */
  refusalOf(location: SecretLocation): MailError | undefined {
    const { source: id, ref, use } = location;
    if (id === STORED) return undefined;
    const source = this.#source(id);
    if (!source) return secretError('secret_source_gone', { source: id, ...valuesOf(location) });
    const refusal = this.refusal(id, ref, use);
    return refusal && refusedUse(source, refusal, valuesOf(location));
  }

  /** Checks the row again, as on save: rows can be edited by hand, and lists change. */
  #allowed(location: SecretLocation): { source: SecretSource; key: string } {
    const refusal = this.refusalOf(location);
    if (refusal) throw refusal;
    return { source: this.#source(location.source)!, key: location.ref! };
  }

  #open(location: SecretLocation): string {
    const { cipher, context } = location;
    const values = valuesOf(location);
    if (cipher === null) throw secretError('secret_not_stored', values);
    const opened = this.#keyRing.open(cipher, context);
    if (opened.ok) return opened.plain;
    if (opened.failure === 'damaged') throw secretError('secret_damaged', values);
    throw secretError('secret_key_missing', { key: opened.keyId, ...values });
  }
}

const BUSY: SecretCheck = { readable: false, reason: 'busy', message: 'Too many secrets were checked. Wait a minute, then try again.' };

/** Turns the failure of a source into a MailError. */
async function toMailError<T>(source: SecretSource, work: Promise<T>, values: ReasonValues = {}): Promise<T> {
  return work.catch((error: unknown) => {
    const { reason, message, remedy } = toSourceError(source, error);
    const words = message.startsWith(source.label) ? message : `${source.label}: ${message}`;
    // A remedy of the source's own is more precise than that of the reason, and its reason may be unknown here.
    if (REMEDIES[reason] !== remedy) throw new MailError('SECRET', words, { remedy, values });
    throw secretError(`secret_${reason}`, { words, ...values });
  });
}

/** Returns the values of an error that name the field to correct. */
const valuesOf = ({ field }: SecretLocation): ReasonValues => (field ? { field } : {});
