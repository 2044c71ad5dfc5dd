import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, column, text } from './smtp-schema.js';

const CONFIG = { entity: 'SmtpConfig', name: 'smtp_config' };
const PROXY_COLUMNS = [
  text('proxy_url', 300, true),
  text('proxy_user', 255, true),
  { ...text('proxy_password_source', 64), default: "'stored'" },
  text('proxy_password_ref', 512, true),
  column('proxy_password_cipher', 'text', true),
];

/** Adds the proxy of a configuration, with its login. */
export class SmtpProxy1790000000004 implements MigrationInterface {
  readonly name = 'SmtpProxy1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).addColumns(CONFIG, PROXY_COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).dropColumns(CONFIG, PROXY_COLUMNS);
  }
}
