import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, column } from './smtp-schema.js';

const CONFIG = { entity: 'SmtpConfig', name: 'smtp_config' };
const COLUMNS = [column('pinned_certificate', 'text', true)];

/** Adds the pinned certificate of a server. */
export class SmtpCertificates1790000000006 implements MigrationInterface {
  readonly name = 'SmtpCertificates1790000000006';

  async up(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).addColumns(CONFIG, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).dropColumns(CONFIG, COLUMNS);
  }
}
