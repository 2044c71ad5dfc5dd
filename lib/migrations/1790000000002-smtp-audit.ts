import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions, TableIndex } from 'typeorm';
import { textColumns } from './text-columns.js';

const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
});
const column = (name: string, type: string, isNullable = false): TableColumnOptions => ({ name, type, isNullable });

/** The change history. */
export class SmtpAudit1790000000002 implements MigrationInterface {
  readonly name = 'SmtpAudit1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'smtp_audit',
        columns: textColumns(runner, [
          { ...text('id', 36), isPrimary: true, primaryKeyConstraintName: 'smtp_audit_pk' },
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
        ]),
      }),
    );
    const indices: [string, string[]][] = [
      ['smtp_audit_at', ['at', 'id']],
      ['smtp_audit_person', ['person', 'at']],
      ['smtp_audit_action', ['action', 'at']],
      ['smtp_audit_record', ['record_type', 'record_id', 'at']],
    ];
    for (const [name, columnNames] of indices) await runner.createIndex('smtp_audit', new TableIndex({ name, columnNames }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('smtp_audit');
  }
}
