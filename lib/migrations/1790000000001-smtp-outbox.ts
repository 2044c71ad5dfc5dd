import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, type TableList, column, key, text } from './smtp-schema.js';

const STATUS = { entity: 'SmtpConfigStatus', name: 'smtp_config_status' };
const BREAKER_COLUMNS = [
  column('failing_since', 'bigint', true),
  column('failing_version', 'integer', true),
  text('failing_code', 32, true),
  text('failing_error', 1000, true),
  text('failing_reason', 64, true),
  column('failing_values', 'text', true),
  column('last_failure_since', 'bigint', true),
  column('last_failure_until', 'bigint', true),
  text('last_failure_error', 1000, true),
  text('last_failure_reason', 64, true),
  column('last_failure_values', 'text', true),
  column('next_probe_at', 'bigint', true),
  text('serial_lock_token', 36, true),
  column('serial_lock_expires_at', 'bigint', true),
];

const MESSAGE: TableList = {
  entity: 'SmtpMessage',
  name: 'smtp_message',
  columns: [
    key(text('id', 36)),
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
    text('last_reason', 64, true),
    column('last_values', 'text', true),
    column('delete_body_at', 'bigint', true),
    column('frozen', 'text', true),
    text('sent_by', 50, true),
    column('sent_at', 'bigint', true),
    text('resent_from', 36, true),
    column('created_at', 'bigint'),
  ],
  indices: [
    { columns: ['status', 'lane', 'priority', 'available_at', 'id'] },
    { columns: ['status', 'lease_expires_at'] },
    { columns: ['status', 'expires_at'] },
    { columns: ['delete_body_at'] },
    { columns: ['created_at', 'status', 'sent_by'] },
    { columns: ['idempotency_key'], isUnique: true },
  ],
};

const BODY: TableList = {
  entity: 'SmtpMessageBody',
  name: 'smtp_message_body',
  columns: [key(text('message_id', 36)), key(column('part', 'integer')), column('content', 'text')],
};

const ATTEMPT: TableList = {
  entity: 'SmtpMessageAttempt',
  name: 'smtp_message_attempt',
  columns: [
    key(text('id', 36)),
    text('message_id', 36),
    column('at', 'bigint'),
    text('config_name', 50, true),
    text('outcome', 16),
    text('code', 32, true),
    text('reply', 512, true),
    column('ms', 'integer'),
  ],
  indices: [{ columns: ['message_id'] }],
};

const TABLES = [MESSAGE, BODY, ATTEMPT];

/** Creates the tables for messages, their bodies and their attempts, and the columns of the circuit breaker. */
export class SmtpOutbox1790000000001 implements MigrationInterface {
  readonly name = 'SmtpOutbox1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    const schema = new SmtpSchema(runner);
    await schema.addColumns(STATUS, BREAKER_COLUMNS);
    for (const table of TABLES) await schema.create(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = new SmtpSchema(runner);
    for (const table of TABLES.toReversed()) await schema.drop(table);
    await schema.dropColumns(STATUS, BREAKER_COLUMNS);
  }
}
