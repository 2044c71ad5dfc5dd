import type { OptionChecker } from '../shared/option-checker.js';
import type { SecretChoice } from '../shared/secrets.js';
import { type CheckedSecret, type CheckedSource, isKey } from './secret-options.js';

/** The secrets of a vault that may be used. */
export interface AllowedSecretsOptions<T extends object = object> {
  /** Secrets by key; a string alone is also its label. @default [] */
  secrets?: readonly (string | NamedSecret<T>)[];
  /** Keys that start with one of these may be used, too. @default [] */
  prefix?: string | readonly string[];
  /** Destinations of the secrets without their own `destinations`, see {@link SecretChoice}. @default anywhere */
  destinations?: readonly string[];
  /** `allowOwnCa` of the secrets without their own, see {@link SecretChoice}. @default false */
  allowOwnCa?: boolean;
}

/** A secret of a source's list. */
export type NamedSecret<T extends object = object> = Omit<SecretChoice, 'label'> & {
  /** @default the key */
  label?: string;
} & T;

/** A vault's list is kept while an admin types into the search. */
const LIST_MS = 30_000;

/** The checked lists of a source. */
type CheckedLists<T extends object> = Pick<CheckedSource<T>, 'secrets' | 'destinations' | 'allowOwnCa'> & { prefix?: readonly string[] };

/** Decides by a list and prefixes which keys of a source may be used. */
export class AllowedSecrets<T extends object = object> {
  readonly #named: ReadonlyMap<string, SecretChoice & T>;
  readonly #prefixes: readonly string[];
  readonly #destinations: readonly string[] | undefined;
  readonly #allowOwnCa: boolean;
  readonly #fits: (key: string) => boolean;
  #listed?: { keys: Promise<string[]>; until: number };

  /**
   * @param fits returns true for a string that can be a key in that vault
   * @throws MailError `OPTIONS` if nothing is allowed
   */
  constructor(
    { badOption }: OptionChecker,
    { secrets, prefix = [], destinations, allowOwnCa }: CheckedLists<T>,
    fits: (key: string) => boolean,
  ) {
    if (secrets.length === 0 && prefix.length === 0) throw badOption('secrets', 'allows nothing', 'List the secrets that may be used.');
    this.#fits = fits;
    this.#prefixes = prefix;
    this.#destinations = destinations;
    this.#allowOwnCa = allowOwnCa;
    this.#named = new Map(secrets.map((secret) => [secret.key, this.#withDefaults(secret)]));
  }

  /** The secrets of the list. */
  get named(): (SecretChoice & T)[] {
    return [...this.#named.values()];
  }

  /** Returns the entry with that key. */
  entry(key: string): (SecretChoice & T) | undefined {
    return this.#named.get(key);
  }

  /** Describes how a key may be used; undefined if it may not be used. */
  find(key: string): SecretChoice | undefined {
    const named = this.#named.get(key);
    if (named) return choiceOf(named);
    if (!isKey(key) || !this.#fits(key) || !this.#prefixes.some((start) => key.startsWith(start))) return undefined;
    return choiceOf({ key, label: key, destinations: this.#destinations, allowOwnCa: this.#allowOwnCa });
  }

  /** Returns the keys of the list and the prefixes whose values may be sent anywhere. */
  unbound(): string[] {
    const keys = this.named.filter(({ destinations }) => destinations === undefined).map(({ key }) => key);
    return this.#destinations === undefined ? [...keys, ...this.#prefixes.map((start) => `${start}*`)] : keys;
  }

  /**
   * Returns the secrets to choose from: the listed ones and, with a prefix, keys found in the vault. If the vault cannot list its
   * keys, returns the listed ones alone. @throws the error of `list` if no secrets are listed
   */
  async choices(list: () => Promise<string[]>, search: string, limit: number): Promise<SecretChoice[]> {
    if (this.#prefixes.length === 0) return this.matching([], search, limit);
    const keys = await this.#list(list).catch((error: unknown) => {
      if (this.#named.size === 0) throw error;
      return [];
    });
    return this.matching(keys, search, limit);
  }

  /** Returns the secrets of the list and of the given keys that may be used and contain the text, ordered by label. */
  matching(keys: Iterable<string>, search: string, limit: number): SecretChoice[] {
    const found = new Map(this.named.map((named) => [named.key, choiceOf(named)]));
    for (const key of keys) {
      const choice = found.has(key) ? undefined : this.find(key);
      if (choice) found.set(key, choice);
    }
    const text = search.trim().toLowerCase();
    return [...found.values()]
      .filter((choice) => [choice.key, choice.label, choice.hint ?? ''].some((words) => words.toLowerCase().includes(text)))
      .sort((one, other) => one.label.localeCompare(other.label))
      .slice(0, limit);
  }

  async #list(list: () => Promise<string[]>): Promise<string[]> {
    if (this.#listed && performance.now() < this.#listed.until) return this.#listed.keys;
    const listed = { keys: list(), until: performance.now() + LIST_MS };
    this.#listed = listed;
    listed.keys.catch(() => {
      if (this.#listed === listed) this.#listed = undefined;
    });
    return listed.keys;
  }

  #withDefaults(secret: CheckedSecret<T>): SecretChoice & T {
    const { key, label = key, hint, destinations = this.#destinations, allowOwnCa = this.#allowOwnCa } = secret;
    return { ...secret, label, hint, destinations, allowOwnCa };
  }
}

function choiceOf({ key, label, hint, destinations, allowOwnCa }: SecretChoice): SecretChoice {
  return { key, label, ...(hint !== undefined && { hint }), ...(destinations && { destinations }), ...(allowOwnCa && { allowOwnCa }) };
}
