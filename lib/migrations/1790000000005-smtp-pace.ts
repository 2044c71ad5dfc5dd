import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, column, text } from './smtp-schema.js';

const STATUS = { entity: 'SmtpConfigStatus', name: 'smtp_config_status' };
const PACE_COLUMNS = [
  column('pace_since', 'bigint', true),
  column('pace_version', 'integer', true),
  text('pace_domains', 32, true),
  column('paused_until', 'bigint', true),
  column('pause_ms', 'integer', true),
  column('sole_until', 'bigint', true),
  text('turn_token', 36, true),
  column('turn_ends_at', 'bigint', true),
];

/** Adds what the processes share about a server that limits its mail. */
export class SmtpPace1790000000005 implements MigrationInterface {
  readonly name = 'SmtpPace1790000000005';

  async up(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).addColumns(STATUS, PACE_COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).dropColumns(STATUS, PACE_COLUMNS);
  }
}
