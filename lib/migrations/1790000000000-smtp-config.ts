import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, type TableList, column, key, text } from './smtp-schema.js';

const CONFIG: TableList = {
  entity: 'SmtpConfig',
  name: 'smtp_config',
  columns: [
    key(text('id', 36)),
    text('name', 50),
    text('name_key', 50),
    text('type', 16),
    column('enabled', 'boolean'),
    text('from_name', 255, true),
    text('from_address', 320, true),
    text('reply_to', 640, true),
    text('signature', 250, true),
    text('description', 1000, true),
    text('host', 255, true),
    column('port', 'integer', true),
    text('security', 16, true),
    column('auth_required', 'boolean'),
    text('auth_method', 16),
    text('username', 320, true),
    text('password_source', 64),
    text('password_ref', 512, true),
    column('password_cipher', 'text', true),
    text('tenant_id', 255, true),
    text('client_id', 255, true),
    text('client_secret_source', 64),
    text('client_secret_ref', 512, true),
    column('client_secret_cipher', 'text', true),
    text('graph_cloud', 16, true),
    column('ca_certificate', 'text', true),
    column('cc', 'text'),
    column('bcc', 'text'),
    column('copy_activities', 'text'),
    column('max_connections', 'integer'),
    column('version', 'integer'),
    column('connection_version', 'integer'),
    column('created_at', 'bigint'),
    column('updated_at', 'bigint'),
  ],
  indices: [{ columns: ['name_key'], isUnique: true }],
};

const DEFAULT: TableList = {
  entity: 'SmtpDefault',
  name: 'smtp_default',
  columns: [key(column('id', 'integer')), text('config_id', 36, true)],
};

const STATUS: TableList = {
  entity: 'SmtpConfigStatus',
  name: 'smtp_config_status',
  columns: [
    key(text('config_id', 36)),
    text('last_test_status', 16, true),
    column('last_test_at', 'bigint', true),
    column('last_test_ms', 'integer', true),
    text('last_test_error', 1000, true),
    text('last_test_reason', 64, true),
    column('last_test_values', 'text', true),
    column('last_test_version', 'integer', true),
    column('last_sent_at', 'bigint', true),
    column('last_sent_version', 'integer', true),
    text('tls_version', 16, true),
    column('certificate_expires_at', 'bigint', true),
    column('observed_at', 'bigint', true),
    column('observed_version', 'integer', true),
  ],
};

const TEST: TableList = {
  entity: 'SmtpConfigTest',
  name: 'smtp_config_test',
  columns: [
    key(text('id', 36)),
    text('config_id', 36, true),
    text('fingerprint', 64, true),
    column('at', 'bigint'),
    column('ok', 'boolean'),
    column('check_only', 'boolean'),
    column('ms', 'integer'),
    column('recipients', 'text'),
    column('steps', 'text'),
    text('error', 1000, true),
    text('tls_version', 16, true),
    column('certificate_expires_at', 'bigint', true),
    text('person', 320, true),
  ],
  indices: [{ columns: ['config_id', 'at'] }, { columns: ['fingerprint'] }],
};

const ACTIVITY: TableList = {
  entity: 'SmtpActivity',
  name: 'smtp_activity',
  columns: [key(text('activity_key', 64)), text('config_id', 36, true)],
};

const TABLES = [CONFIG, DEFAULT, STATUS, TEST, ACTIVITY];

/** Creates the tables for configurations, the default, the tests and the choices of activities. */
export class SmtpConfig1790000000000 implements MigrationInterface {
  readonly name = 'SmtpConfig1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = new SmtpSchema(runner);
    for (const table of TABLES) await schema.create(table);
    await schema.insertFirst(DEFAULT, { id: 1, config_id: null });
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = new SmtpSchema(runner);
    for (const table of TABLES.toReversed()) await schema.drop(table);
  }
}
