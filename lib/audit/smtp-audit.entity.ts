import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SmtpAuditAction, SmtpAuditChange, SmtpAuditEntry, SmtpAuditRecord, SmtpAuditValue } from '../shared/audit.js';
import { instant, jsonObject } from '../database/columns.js';

/** A row of the change history: who did what, when and from where. Rows are added and expire; they never change. */
@Entity('smtp_audit')
@Index(['at', 'id'])
@Index(['action', 'at'])
@Index(['recordType', 'recordId', 'at'])
export class SmtpAudit {
  @PrimaryColumn('varchar', { name: 'id', length: 36 })
  id!: string;

  @Column('bigint', { name: 'at', transformer: instant })
  at!: Date;

  @Column('varchar', { name: 'caller', length: 16 })
  caller!: SmtpAuditEntry['caller'];

  @Column('varchar', { name: 'person', length: 320, nullable: true })
  person!: string | null;

  @Column('varchar', { name: 'person_id', length: 255, nullable: true })
  personId!: string | null;

  @Column('varchar', { name: 'address', length: 64, nullable: true })
  address!: string | null;

  @Column('varchar', { name: 'action', length: 32 })
  action!: SmtpAuditAction;

  @Column('varchar', { name: 'record_type', length: 16, nullable: true })
  recordType!: SmtpAuditRecord['type'] | null;

  @Column('varchar', { name: 'record_id', length: 64, nullable: true })
  recordId!: string | null;

  @Column('varchar', { name: 'record_name', length: 100, nullable: true })
  recordName!: string | null;

  @Column('text', { name: 'changes', nullable: true, transformer: jsonObject })
  changes!: Record<string, SmtpAuditChange>;

  @Column('text', { name: 'details', nullable: true, transformer: jsonObject })
  details!: Record<string, SmtpAuditValue>;
}
