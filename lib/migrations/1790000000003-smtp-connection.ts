import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, column, text } from './smtp-schema.js';

const CONFIG = { entity: 'SmtpConfig', name: 'smtp_config' };
const CONNECTION_COLUMNS = [
  text('envelope_from', 320, true),
  text('ehlo_name', 255, true),
  text('auth_mechanism', 16, true),
  text('tls_server_name', 255, true),
  { ...column('timeout_scale', 'integer', true), default: 1 },
  text('local_address', 45, true),
];
const STATUS = { entity: 'SmtpConfigStatus', name: 'smtp_config_status' };
const LIMIT_COLUMNS = [column('pace_per_minute', 'integer', true), column('pace_connections', 'integer', true)];

/** Adds the settings of a configuration's connections, and the limits of its server. */
export class SmtpConnection1790000000003 implements MigrationInterface {
  readonly name = 'SmtpConnection1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).addColumns(CONFIG, CONNECTION_COLUMNS);
    await new SmtpSchema(runner).addColumns(STATUS, LIMIT_COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).dropColumns(STATUS, LIMIT_COLUMNS);
    await new SmtpSchema(runner).dropColumns(CONFIG, CONNECTION_COLUMNS);
  }
}
