import { readFile } from 'node:fs/promises';
import { type Check, OptionChecker, optional } from '../shared/option-checker.js';
import { AllowedSecrets, type NamedSecret } from './allowed-secrets.js';
import { codeOf } from './secret-failure.js';
import { sourceOptions } from './secret-options.js';
import { type ResolvedSecret, type SecretSource, SecretSourceError } from './secret-source.js';
import type { SecretChoice } from '../shared/secrets.js';

/** A secret of the application, with exactly one origin. It is read again every five minutes. */
export type InternalSecret = NamedSecret<{
  /** The name of an environment variable. */
  env?: string;
  /** The path of a file that contains nothing else, such as `/run/secrets/smtp`; one line break at its end is ignored. */
  file?: string;
  /** Returns the value. Only errors that are SecretSourceErrors are shown. */
  value?: (options: { signal: AbortSignal }) => string | Promise<string>;
}>;

/** The options of {@link internalSecrets}. */
export interface InternalSecretsOptions {
  /** Stored in rows. @default 'internal' */
  id?: string;
  /** Shown to admins. @default 'Internal secret manager' */
  label?: string;
  /** The secrets to choose from. */
  secrets: readonly InternalSecret[];
  /** Destinations of the secrets without their own `destinations`. @default anywhere */
  destinations?: readonly string[];
  /** `allowOwnCa` of the secrets without their own. @default false */
  allowOwnCa?: boolean;
}

/** The options for the origin of a secret, of which exactly one is set. */
const ORIGINS = ['env', 'file', 'value'] as const;

/** A checked entry. */
interface Origins {
  env: string | undefined;
  file: string | undefined;
  value: InternalSecret['value'];
}

const checker = new OptionChecker('internalSecrets()');
const { badOption, checkOptions, line } = checker;

const variable: Check<string> = (value, option) => {
  // Any other string may be the password itself.
  if (typeof value === 'string' && /^[\w.()-]{1,255}$/.test(value)) return value;
  throw badOption(option, 'is not the name of an environment variable', "Pass a name such as 'SMTP_PASSWORD', not the value.");
};

const reader: Check<NonNullable<InternalSecret['value']>> = (value, option) => {
  if (typeof value === 'function') return value as NonNullable<InternalSecret['value']>;
  throw badOption(option, 'is not a function', 'Pass a function that returns the value, such as async () => readSecret().');
};

const anyKey = (): boolean => true;

const OPTIONS = sourceOptions<Origins>(checker, { id: 'internal', label: 'Internal secret manager' }, anyKey, {
  env: [optional(variable), undefined],
  file: [optional(line(4_096, "Pass the path of a file, such as '/run/secrets/smtp'.")), undefined],
  value: [optional(reader), undefined],
});

/**
 * Makes a source of secrets that the application already has: in its environment, in files, or behind a function. @throws
 * MailError `OPTIONS`
 */
export function internalSecrets(options: InternalSecretsOptions): SecretSource {
  return new InternalSecrets(options);
}

class InternalSecrets implements SecretSource {
  readonly id: string;
  readonly label: string;
  readonly #allowed: AllowedSecrets<Origins>;

  constructor(options: InternalSecretsOptions) {
    const checked = checkOptions(options, OPTIONS);
    this.id = checked.id;
    this.label = checked.label;
    checked.secrets.forEach((secret, index) => {
      if (ORIGINS.filter((origin) => secret[origin] !== undefined).length === 1) return;
      throw badOption(`secrets[${index}]`, 'must have exactly one origin', 'Set one of env, file and value.');
    });
    this.#allowed = new AllowedSecrets(checker, checked, anyKey);
  }

  allows(key: string): SecretChoice | undefined {
    return this.#allowed.find(key);
  }

  unbound(): string[] {
    return this.#allowed.unbound();
  }

  async choices({ search = '', limit }: { search?: string; limit: number }): Promise<SecretChoice[]> {
    return this.#allowed.matching([], search, limit);
  }

  async resolve(key: string, { signal }: { signal: AbortSignal }): Promise<ResolvedSecret> {
    const { env, file, value } = this.#allowed.entry(key) ?? {};
    if (env !== undefined) return { value: fromEnvironment(env) };
    if (file !== undefined) return { value: await fromFile(file, signal) };
    if (value !== undefined) return { value: await value({ signal }) };
    throw new SecretSourceError('missing', `The secret "${key}" does not exist.`);
  }
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new SecretSourceError('missing', `The environment variable ${name} is not set.`, 'Set it and restart the application.');
}

async function fromFile(path: string, signal: AbortSignal): Promise<string> {
  try {
    return (await readFile(path, { encoding: 'utf8', signal })).replace(/\r?\n$/, '');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw new SecretSourceError('missing', `The file ${path} does not exist.`, 'Check that it is mounted.');
    if (code === 'EACCES' || code === 'EPERM') throw new SecretSourceError('forbidden', `The application may not read the file ${path}.`);
    throw error;
  }
}
