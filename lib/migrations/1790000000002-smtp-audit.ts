import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SmtpSchema, type TableList, column, key, text } from './smtp-schema.js';

const AUDIT: TableList = {
  entity: 'SmtpAudit',
  name: 'smtp_audit',
  columns: [
    key(text('id', 36)),
    column('at', 'bigint'),
    text('caller', 16),
    text('person', 320, true),
    text('person_id', 255, true),
    text('address', 64, true),
    text('action', 32),
    text('record_type', 16, true),
    text('record_id', 64, true),
    text('record_name', 100, true),
    column('changes', 'text', true),
    column('details', 'text', true),
  ],
  indices: [{ columns: ['at', 'id'] }, { columns: ['action', 'at'] }, { columns: ['record_type', 'record_id', 'at'] }],
};

/** Creates the table for the change history. */
export class SmtpAudit1790000000002 implements MigrationInterface {
  readonly name = 'SmtpAudit1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).create(AUDIT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await new SmtpSchema(runner).drop(AUDIT);
  }
}
