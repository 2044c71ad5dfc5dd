import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** Keys for stored passwords and client secrets. */
export interface EncryptionOptions {
  /** The ID of the key that encrypts new secrets. */
  current: string;
  /** Keys by ID: 32 random bytes each, in base64 (`openssl rand -base64 32`). An undefined key is ignored. */
  keys: Record<string, string | undefined>;
}

/**
 * The reason why a cipher cannot be opened: its key is missing from the ring, a different key has its id, or the cipher is damaged
 * or was moved.
 */
type OpenFailure = 'key_missing' | 'key_differs' | 'damaged';

export type OpenResult = { ok: true; plain: string } | { ok: false; failure: OpenFailure; keyId: string };

const PREFIX = 'enc:v1';
const TAG_BYTES = 16;

interface Key {
  bytes: Buffer;
  /** Distinguishes a wrong key from a damaged cipher without revealing the key (an HMAC, cut to 48 bits). */
  print: string;
}

/**
 * Seals strings with AES-256-GCM and the current key, and opens them with the key that they name. The context is authenticated but
 * not stored: a cipher can be opened only in the place where it was sealed.
 *
 * A cipher has the form `enc:v1:<key id>:<key print>:<iv>:<ciphertext and tag>`, the last three in base64url.
 */
export class KeyRing {
  readonly #keys: Map<string, Key>;
  readonly currentId: string | undefined;

  constructor(keys: ReadonlyMap<string, Buffer>, currentId: string | undefined) {
    this.#keys = new Map([...keys].map(([id, bytes]) => [id, { bytes, print: printOf(bytes) }]));
    this.currentId = currentId;
  }

  seal(plain: string, context: readonly (string | number | null)[]): string {
    const id = this.currentId;
    const key = id === undefined ? undefined : this.#keys.get(id);
    if (!key) throw new Error('No current key is set.');
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(id!, context));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [PREFIX, id, key.print, iv.toString('base64url'), sealed.toString('base64url')].join(':');
  }

  /**
   * Returns an HMAC of a string in hex under a key that is derived from the current one for this purpose; undefined without a key. It
   * reveals neither the string nor the key.
   */
  authenticate(purpose: string, text: string): string | undefined {
    const key = this.currentId === undefined ? undefined : this.#keys.get(this.currentId);
    if (!key) return undefined;
    const derived = createHmac('sha256', key.bytes).update(`nestjs-adminjs-smtp ${purpose}`).digest();
    return createHmac('sha256', derived).update(text, 'utf8').digest('hex');
  }

  open(sealed: string, context: readonly (string | number | null)[]): OpenResult {
    const keyId = keyIdOf(sealed);
    const key = this.#keys.get(keyId);
    if (!key) return { ok: false, failure: keyId === '' ? 'damaged' : 'key_missing', keyId };
    const [print, iv, body] = sealed.slice(`${PREFIX}:${keyId}:`.length).split(':');
    if (print !== key.print) return { ok: false, failure: 'key_differs', keyId };
    try {
      const bytes = Buffer.from(body ?? '', 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(iv ?? '', 'base64url'), { authTagLength: TAG_BYTES });
      decipher.setAAD(additionalData(keyId, context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return { ok: true, plain: Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8') };
    } catch {
      return { ok: false, failure: 'damaged', keyId };
    }
  }
}

/** Returns the id of the key that a cipher names; empty for a string that is not a cipher. */
export function keyIdOf(sealed: string): string {
  return /^enc:v1:([\w-]+):/.exec(sealed)?.[1] ?? '';
}

function additionalData(keyId: string, context: readonly (string | number | null)[]): Buffer {
  // JSON separates the parts: ["a","bc"] and ["ab","c"] differ.
  return Buffer.from(JSON.stringify([PREFIX, keyId, ...context]));
}

function printOf(bytes: Buffer): string {
  return createHmac('sha256', bytes).update('nestjs-adminjs-smtp key print').digest('base64url').slice(0, 8);
}
