import { Inject, Injectable } from '@nestjs/common';
import { keyIdOf } from '../secret/key-ring.js';
import type { Caller } from '../options/access.js';
import { MailError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { CERTIFICATE_NAMES, SECRET_COLUMNS, type SecretColumn } from '../shared/config-fields.js';
import { diagnosedError } from '../transport/failures/diagnoses.js';
import { certificateFingerprints } from './ca-certificate.js';
import { sealingContext } from './destination.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { SmtpConfigStore } from './smtp-config.store.js';
import { SmtpConfigTests } from './smtp-config.tests.js';
import { SmtpConfigWriter } from './smtp-config.writer.js';
import { storedFailure } from './stored-failure.js';

const BATCH = 100;

/** Checks that the keys open all sealed secrets, and encrypts the secrets with a new key. */
@Injectable()
export class SecretRotation {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly store: SmtpConfigStore,
    private readonly writer: SmtpConfigWriter,
    private readonly tests: SmtpConfigTests,
  ) {}

  /**
   * Checks at startup that the keys match the rows. A single row that cannot be opened only marks its own configuration as failed.
   * @throws MailError `OPTIONS` if a key is missing or is not the one that sealed the rows
   */
  async check(): Promise<void> {
    const missing = new Map<string, number>();
    const differing = new Map<string, number>();
    const opened = new Set<string>();
    const damaged = new Map<SmtpConfig, SecretColumn>();
    for await (const { row, sealed, column } of this.secrets()) {
      const result = this.options.keyRing.open(sealed, sealingContext(row, column));
      if (result.ok) opened.add(keyIdOf(sealed));
      else if (result.failure === 'key_missing') missing.set(result.keyId, (missing.get(result.keyId) ?? 0) + 1);
      else if (result.failure === 'key_differs') differing.set(result.keyId, (differing.get(result.keyId) ?? 0) + 1);
      // A damaged certificate is reported on its own: the password may be intact, and can be opened once the certificate is restored.
      const isCertificate = CERTIFICATE_NAMES.some((name) => row[name] && !certificateFingerprints(row[name]));
      if (!result.ok && !isCertificate) damaged.set(row, column);
    }
    for (const [keyId, rows] of missing) {
      throw keyError(keyId, `is missing, and ${count(rows)} sealed with it`);
    }
    for (const [keyId, rows] of differing) {
      if (!opened.has(keyId)) throw keyError(keyId, `is a different one: ${count(rows)} sealed with another key of that id`);
    }
    for (const [row, field] of damaged) await this.tests.markFailed(row, storedFailure(diagnosedError('secret_damaged', { field })));
  }

  /**
   * Seals everything again with the current key. Leaves secrets that cannot be opened as they are, and returns the names of their
   * configurations.
   */
  async reencrypt(by: Caller): Promise<{ moved: number; unreadable: string[] }> {
    const { keyRing } = this.options;
    if (keyRing.currentId === undefined) {
      throw new MailError('OPTIONS', 'No encryption key is set.', { remedy: 'Set the option "encryption" of SmtpModule.' });
    }
    let moved = 0;
    const unreadable: string[] = [];
    for await (const { row, sealed, column } of this.secrets()) {
      if (keyIdOf(sealed) === keyRing.currentId) continue;
      const context = sealingContext(row, column);
      const result = keyRing.open(sealed, context);
      if (!result.ok) unreadable.push(row.name);
      else if (await this.writer.replaceCipher(row, column, keyRing.seal(result.plain, context), by)) moved++;
    }
    return { moved, unreadable };
  }

  private async *secrets(): AsyncGenerator<{ row: SmtpConfig; sealed: string; column: SecretColumn }> {
    let after = '';
    for (;;) {
      const rows = await this.store.withCiphers(after, BATCH);
      for (const row of rows) {
        for (const column of SECRET_COLUMNS) {
          const sealed = row[`${column}Cipher`];
          if (sealed !== null) yield { row, sealed, column };
        }
      }
      if (rows.length < BATCH) return;
      after = rows.at(-1)!.id;
    }
  }
}

function keyError(keyId: string, what: string): MailError {
  return new MailError('OPTIONS', `Option "encryption.keys": the key "${keyId}" ${what}.`, {
    remedy: 'Add the key that was used before. If it is lost, delete those configurations or their ciphers and enter the passwords again.',
  });
}

function count(rows: number): string {
  return rows === 1 ? '1 stored password is' : `${rows} stored passwords are`;
}
