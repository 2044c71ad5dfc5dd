import { MailError } from '../smtp.errors.js';
import type { KeyRing } from './key-ring.js';
import { STORED, type SecretSource } from './secret-source.js';

/** Where one secret of a row is: sealed in the row, or a key in a source. */
export interface SecretLocation {
  source: string;
  ref: string | null;
  cipher: string | null;
  /** What the cipher is bound to: row, column and destination. */
  context: readonly (string | number | null)[];
}

/** How long a source may take to answer. */
const DEADLINE_MS = 5_000;
const MAX_CHOICES = 1_000;

/** Turns a secret's location into its value, from the row or from the source it names. */
export class SecretResolver {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly sources: readonly SecretSource[],
  ) {}

  /** @throws MailError `SECRET` when it cannot be read; the message names the place, never a value. */
  async resolve(location: SecretLocation): Promise<string> {
    if (location.source === STORED) return this.open(location);
    const source = this.sources.find(({ id }) => id === location.source);
    if (!source) throw unreadable(`The secret source "${location.source}" is not set up any more.`);
    const key = location.ref ?? '';
    if (!(await this.offers(source, key))) throw unreadable(`${source.label} does not offer the chosen secret.`);
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const secret = await within(signal, source.resolve(key, { signal })).catch((cause: unknown) => {
      throw new MailError('SECRET', `${source.label} could not give the secret.`, {
        remedy: 'Check that it can be reached and read.',
        cause,
      });
    });
    return secret.value;
  }

  /** True if the source with that id offers that key. */
  async isOffered(sourceId: string, key: string): Promise<boolean> {
    const source = this.sources.find(({ id }) => id === sourceId);
    return source !== undefined && this.offers(source, key);
  }

  private async offers(source: SecretSource, key: string): Promise<boolean> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const choices = await within(signal, source.choices({ signal, search: key, limit: MAX_CHOICES })).catch((cause: unknown) => {
      throw new MailError('SECRET', `${source.label} could not list its secrets.`, { remedy: 'Check that it can be reached.', cause });
    });
    return choices.some((choice) => choice.key === key);
  }

  private open({ cipher, context }: SecretLocation): string {
    if (cipher === null) throw unreadable('No password is stored.');
    const opened = this.keyRing.open(cipher, context);
    if (opened.ok) return opened.plain;
    if (opened.failure === 'damaged')
      throw unreadable('The stored password cannot be read: it was damaged, or the destination was changed outside of this form.');
    throw unreadable(`The stored password was sealed with the key "${opened.keyId}", which is not the one this application has.`);
  }
}

function unreadable(summary: string): MailError {
  return new MailError('SECRET', summary);
}

function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  ]);
}
