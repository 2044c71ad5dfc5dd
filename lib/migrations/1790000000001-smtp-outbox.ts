import { type MigrationInterface, type QueryRunner, Table, TableColumn, type TableColumnOptions, TableIndex } from 'typeorm';
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

const BREAKER_COLUMNS = [
  column('failing_since', 'bigint', true),
  column('failing_version', 'integer', true),
  text('failing_code', 32, true),
  text('failing_error', 1000, true),
  column('next_probe_at', 'bigint', true),
  text('serial_lock_token', 36, true),
  column('serial_lock_expires_at', 'bigint', true),
];

/** Messages with their bodies and attempts, and which configurations are failing. */
export class SmtpOutbox1790000000001 implements MigrationInterface {
  readonly name = 'SmtpOutbox1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns(
      'smtp_config_status',
      textColumns(runner, BREAKER_COLUMNS).map((options) => new TableColumn(options)),
    );
    await runner.createTable(
      new Table({
        name: 'smtp_message',
        columns: textColumns(runner, [
          key('smtp_message', text('id', 36)),
          text('status', 16),
          text('lane', 100),
          column('priority', 'integer'),
          column('available_at', 'bigint'),
          column('expires_at', 'bigint', true),
          text('activity', 64),
          text('config_name', 50, true),
          text('recipients', 512),
          column('recipient_count', 'integer'),
          text('subject', 998),
          text('message_id', 320),
          column('is_sensitive', 'boolean'),
          text('idempotency_key', 64, true),
          text('content_hash', 64),
          column('attempts', 'integer'),
          column('lost_leases', 'integer'),
          column('is_quarantined', 'boolean'),
          text('lease_token', 36, true),
          column('lease_expires_at', 'bigint', true),
          text('last_code', 32, true),
          text('last_reply', 512, true),
          text('last_error', 1000, true),
          column('delete_body_at', 'bigint', true),
          column('frozen', 'text', true),
          text('sent_by', 50, true),
          column('sent_at', 'bigint', true),
          text('resent_from', 36, true),
          column('created_at', 'bigint'),
        ]),
      }),
    );
    const indices: [string, string[]][] = [
      ['smtp_message_due', ['status', 'lane', 'priority', 'available_at', 'id']],
      ['smtp_message_lease', ['status', 'lease_expires_at']],
      ['smtp_message_expiry', ['status', 'expires_at']],
      ['smtp_message_body_until', ['delete_body_at']],
      ['smtp_message_created', ['created_at', 'status', 'sent_by']],
    ];
    for (const [name, columnNames] of indices) await runner.createIndex('smtp_message', new TableIndex({ name, columnNames }));
    await runner.createIndex(
      'smtp_message',
      new TableIndex({ name: 'smtp_message_key', columnNames: ['idempotency_key'], isUnique: true }),
    );
    await runner.createTable(
      new Table({
        name: 'smtp_message_body',
        columns: textColumns(runner, [
          key('smtp_message_body', text('message_id', 36)),
          key('smtp_message_body', column('part', 'integer')),
          column('content', 'text'),
        ]),
      }),
    );
    await runner.createTable(
      new Table({
        name: 'smtp_message_attempt',
        columns: textColumns(runner, [
          key('smtp_message_attempt', text('id', 36)),
          text('message_id', 36),
          column('at', 'bigint'),
          text('config_name', 50, true),
          text('outcome', 16),
          text('code', 32, true),
          text('reply', 512, true),
          column('ms', 'integer'),
        ]),
      }),
    );
    await runner.createIndex('smtp_message_attempt', new TableIndex({ name: 'smtp_message_attempt_message', columnNames: ['message_id'] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['smtp_message_attempt', 'smtp_message_body', 'smtp_message']) await runner.dropTable(table);
    await runner.dropColumns(
      'smtp_config_status',
      BREAKER_COLUMNS.map(({ name }) => name),
    );
  }
}
