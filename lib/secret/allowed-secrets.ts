import { MailError } from '../shared/mail-error.js';
import { quoted } from '../shared/quoted.js';
import { parseDestination } from './secret-destination.js';
import type { SecretChoice } from './secret-source.js';

/** Which secrets of a vault may be used. */
export interface AllowedSecretsOptions<T extends object = object> {
  /** Secrets by key; a text alone is its own label. */
  secrets?: readonly (string | NamedSecret<T>)[];
  /** Every key that starts with one of these may be used, too. */
  prefix?: string | readonly string[];
  /** Where those secrets may be sent that have no `destinations` of their own, see {@link SecretChoice}. @default anywhere */
  destinations?: readonly string[];
  /** Whether those secrets may be used with a private CA that do not say so themselves, see {@link SecretChoice}. @default false */
  allowOwnCa?: boolean;
}

/** A secret of a source's list. */
export type NamedSecret<T extends object = object> = Omit<SecretChoice, 'label'> & {
  /** @default the key */
  label?: string;
} & T;

const MAX_KEY = 512;
/** A vault's list is used for the next letters that are typed into the search. */
const LIST_MS = 30_000;

/** The list and the prefixes of one source; the one place that decides which keys are its. */
export class AllowedSecrets<T extends object = object> {
  readonly #named: ReadonlyMap<string, SecretChoice & T>;
  readonly #prefixes: readonly string[];
  readonly #destinations: readonly string[] | undefined;
  readonly #allowOwnCa: boolean;
  readonly #isKey: (key: string) => boolean;
  #listed?: { keys: Promise<string[]>; until: number };

  /**
   * @param owner the function whose options these are, for the error
   * @param isKey whether a text can be a key of that vault at all
   * @throws MailError `OPTIONS`
   */
  constructor(owner: string, options: AllowedSecretsOptions<T>, isKey: (key: string) => boolean) {
    const { secrets = [], prefix = [], destinations, allowOwnCa } = options;
    this.#isKey = (key) => key.length > 0 && key.length <= MAX_KEY && isKey(key);
    this.#destinations = destinationsOf(owner, 'destinations', destinations);
    this.#allowOwnCa = consentOf(owner, 'allowOwnCa', allowOwnCa) ?? false;
    this.#prefixes = typeof prefix === 'string' ? [prefix] : prefix;
    // An empty one would open the whole vault.
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

  /** Those of the list. */
  get named(): (SecretChoice & T)[] {
    return [...this.#named.values()];
  }

  /** The entry of the list with that key. */
  entry(key: string): (SecretChoice & T) | undefined {
    return this.#named.get(key);
  }

  /** What may be done with a key; undefined for one that may not be used. */
  find(key: string): SecretChoice | undefined {
    const named = this.#named.get(key);
    if (named) return choiceOf(named);
    if (!this.#isKey(key) || !this.#prefixes.some((start) => key.startsWith(start))) return undefined;
    return choiceOf({ key, label: key, destinations: this.#destinations, allowOwnCa: this.#allowOwnCa });
  }

  /** Keys of the list, and prefixes, whose values may be sent anywhere. */
  unbound(): string[] {
    const keys = this.named.filter(({ destinations }) => destinations === undefined).map(({ key }) => key);
    return this.#destinations === undefined ? [...keys, ...this.#prefixes.map((start) => `${start}*`)] : keys;
  }

  /**
   * What can be chosen: the named secrets and, where there is a prefix, those among the keys the vault lists. Where it does
   * not let itself be listed, the named ones have to do. @throws what `list` threw when there is none of these either
   */
  async choices(list: () => Promise<string[]>, search: string, limit: number): Promise<SecretChoice[]> {
    if (this.#prefixes.length === 0) return this.matching([], search, limit);
    const keys = await this.#list(list).catch((error: unknown) => {
      if (this.#named.size === 0) throw error;
      return [];
    });
    return this.matching(keys, search, limit);
  }

  /** Those of the list and of the given keys that may be used and hold the text, in the order of their labels. */
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

/** An option of a source that stops the start. */
export function badSource(owner: string, option: string, what: string, remedy: string): MailError {
  return new MailError('OPTIONS', `Option "${option}" of ${owner}() ${what}.`, { remedy });
}
