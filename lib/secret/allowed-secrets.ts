import { MailError } from '../shared/mail-error.js';
import { quoted } from '../shared/quoted.js';
import { parseDestination } from './secret-destination.js';
import type { SecretChoice } from '../shared/secrets.js';

/** The secrets of a vault that may be used. */
export interface AllowedSecretsOptions<T extends object = object> {
  /** Secrets by key; a text alone is also its label. @default [] */
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

const MAX_KEY = 512;
/** A vault's list is kept while an admin types into the search. */
const LIST_MS = 30_000;

/** Decides which keys of a source may be used, by its list and its prefixes. */
export class AllowedSecrets<T extends object = object> {
  readonly #named: ReadonlyMap<string, SecretChoice & T>;
  readonly #prefixes: readonly string[];
  readonly #destinations: readonly string[] | undefined;
  readonly #allowOwnCa: boolean;
  readonly #isKey: (key: string) => boolean;
  #listed?: { keys: Promise<string[]>; until: number };

  /**
   * @param owner the function whose options these are, for the error
   * @param isKey returns true for a text that can be a key of that vault
   * @throws MailError `OPTIONS`
   */
  constructor(owner: string, options: AllowedSecretsOptions<T>, isKey: (key: string) => boolean) {
    const { secrets = [], prefix = [], destinations, allowOwnCa } = options;
    this.#isKey = (key) => key.length > 0 && key.length <= MAX_KEY && isKey(key);
    this.#destinations = destinationsOf(owner, 'destinations', destinations);
    this.#allowOwnCa = consentOf(owner, 'allowOwnCa', allowOwnCa) ?? false;
    this.#prefixes = typeof prefix === 'string' ? [prefix] : prefix;
    // An empty prefix would open the whole vault.
    if (this.#prefixes.some((start) => typeof start !== 'string' || start.trim() === '')) {
      throw badSource(owner, 'prefix', 'is empty', 'Give the start of the keys that may be used.');
    }
    if (!Array.isArray(secrets)) throw badSource(owner, 'secrets', 'is not a list', "Give [{ key: 'smtp-main', label: 'Main relay' }].");
    const named = secrets.map((secret: string | NamedSecret<T>, index) => this.#read(owner, secret, `secrets[${index}]`));
    this.#named = new Map(named.map((secret) => [secret.key, secret]));
    if (this.#named.size < named.length) throw badSource(owner, 'secrets', 'names a key twice', 'Name each key once.');
    if (named.length === 0 && this.#prefixes.length === 0) {
      throw badSource(owner, 'secrets', 'allows nothing', 'Name the secrets that may be used.');
    }
  }

  /** The secrets of the list. */
  get named(): (SecretChoice & T)[] {
    return [...this.#named.values()];
  }

  /** Returns the entry of the list with that key. */
  entry(key: string): (SecretChoice & T) | undefined {
    return this.#named.get(key);
  }

  /** Returns how a key may be used; undefined for a key that may not be used. */
  find(key: string): SecretChoice | undefined {
    const named = this.#named.get(key);
    if (named) return choiceOf(named);
    if (!this.#isKey(key) || !this.#prefixes.some((start) => key.startsWith(start))) return undefined;
    return choiceOf({ key, label: key, destinations: this.#destinations, allowOwnCa: this.#allowOwnCa });
  }

  /** Returns the keys of the list and the prefixes whose values may be sent anywhere. */
  unbound(): string[] {
    const keys = this.named.filter(({ destinations }) => destinations === undefined).map(({ key }) => key);
    return this.#destinations === undefined ? [...keys, ...this.#prefixes.map((start) => `${start}*`)] : keys;
  }

  /**
   * Returns the secrets to choose from: the named ones and, with a prefix, keys that the vault lists. If the vault cannot be
   * listed, only the named ones. @throws the error of `list` when there are no named ones either
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

  #read(owner: string, secret: string | NamedSecret<T>, option: string): SecretChoice & T {
    const given = (typeof secret === 'string' ? { key: secret } : { ...secret }) as NamedSecret<T>;
    if (typeof given.key !== 'string' || !this.#isKey(given.key)) {
      const key = typeof given.key === 'string' ? quoted(given.key) : `a ${typeof given.key}`;
      throw badSource(owner, `${option}.key`, `cannot be a key: ${key}`, 'Give the name of a secret.');
    }
    const destinations = destinationsOf(owner, `${option}.destinations`, given.destinations) ?? this.#destinations;
    const allowOwnCa = consentOf(owner, `${option}.allowOwnCa`, given.allowOwnCa) ?? this.#allowOwnCa;
    return { ...given, label: given.label ?? given.key, destinations, allowOwnCa };
  }
}

function choiceOf({ key, label, hint, destinations, allowOwnCa }: SecretChoice): SecretChoice {
  return { key, label, ...(hint !== undefined && { hint }), ...(destinations && { destinations }), ...(allowOwnCa && { allowOwnCa }) };
}

function destinationsOf(owner: string, option: string, list: readonly string[] | undefined): readonly string[] | undefined {
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || list.length === 0 || list.some((entry) => !parseDestination(entry))) {
    throw badSource(
      owner,
      option,
      'is not a list of destinations',
      "Give ['smtp.example.com:587'], with or without the port, or ['graph']; leave it out for any.",
    );
  }
  return list;
}

function consentOf(owner: string, option: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw badSource(owner, option, 'is not a boolean', 'Give true or false.');
}

/** Returns the error for an option of a source. */
export function badSource(owner: string, option: string, what: string, remedy: string): MailError {
  return new MailError('OPTIONS', `Option "${option}" of ${owner}() ${what}.`, { remedy });
}
