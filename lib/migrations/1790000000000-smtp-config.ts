import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions, TableIndex } from 'typeorm';
import { textColumns } from './text-columns.js';

const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
});
const column = (name: string, type: string, isNullable = false): TableColumnOptions => ({ name, type, isNullable });
const key = (table: string, options: TableColumnOptions): TableColumnOptions => ({
  ...options,
  isPrimary: true,
  primaryKeyConstraintName: `${table}_pk`,
});

/** Configurations, the pointer to the default one, their last test, and which activity uses which. */
export class SmtpConfig1790000000000 implements MigrationInterface {
  readonly name = 'SmtpConfig1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'smtp_config',
        columns: textColumns(runner, [
          key('smtp_config', text('id', 36)),
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
          column('created_at', 'bigint'),
          column('updated_at', 'bigint'),
        ]),
      }),
    );
    await runner.createIndex('smtp_config', new TableIndex({ name: 'smtp_config_name_key', columnNames: ['name_key'], isUnique: true }));
    await runner.createTable(
      new Table({
        name: 'smtp_default',
        columns: textColumns(runner, [key('smtp_default', column('id', 'integer')), text('config_id', 36, true)]),
      }),
    );
    await runner.manager
      .createQueryBuilder()
      .insert()
      .into('smtp_default', ['id', 'config_id'])
      .values({ id: 1, config_id: null })
      .execute();
    await runner.createTable(
      new Table({
        name: 'smtp_config_status',
        columns: textColumns(runner, [
          key('smtp_config_status', text('config_id', 36)),
          text('last_test_status', 16, true),
          column('last_test_at', 'bigint', true),
          column('last_test_ms', 'integer', true),
          text('last_test_error', 1000, true),
          text('tls_version', 16, true),
          column('certificate_expires_at', 'bigint', true),
        ]),
      }),
    );
    await runner.createTable(
      new Table({
        name: 'smtp_activity',
        columns: textColumns(runner, [key('smtp_activity', text('activity_key', 64)), text('config_id', 36, true)]),
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['smtp_activity', 'smtp_config_status', 'smtp_default', 'smtp_config']) await runner.dropTable(table);
  }
}
