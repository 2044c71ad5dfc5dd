import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, column, text } from './smtp-schema.js';

const CONFIG = { entity: 'SmtpConfig', name: 'smtp_config' };
const COLUMNS = [
  column('client_certificate', 'text', true),
  { ...text('client_key_source', 64), default: "'stored'" },
  text('client_key_ref', 512, true),
  column('client_key_cipher', 'text', true),
];

/** Adds the certificate that a configuration presents to its server, and its sealed key. */
export class SmtpClientCertificate1790000000007 implements MigrationInterface {
  readonly name = 'SmtpClientCertificate1790000000007';

  async up(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).addColumns(CONFIG, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).dropColumns(CONFIG, COLUMNS);
  }
}
