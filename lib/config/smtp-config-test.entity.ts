import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TestStep } from '../shared/connection-test.js';
import { instant, jsonList, jsonObjects } from '../database/columns.js';

/** A test with its steps: one of the last of a configuration, or a recent one of values that are not saved. */
@Entity('smtp_config_test')
@Index(['configId', 'at'])
@Index(['fingerprint'])
export class SmtpConfigTest {
  @PrimaryColumn('varchar', { name: 'id', length: 36 })
  id!: string;

  /** Null for values that are not saved. */
  @Column('varchar', { name: 'config_id', length: 36, nullable: true })
  configId!: string | null;

  /** Identifies unsaved values, so that their test counts once they are saved. A keyed hash that reveals nothing about them. */
  @Column('varchar', { name: 'fingerprint', length: 64, nullable: true })
  fingerprint!: string | null;

  @Column('bigint', { name: 'at', transformer: instant })
  at!: Date;

  @Column('boolean', { name: 'ok' })
  ok!: boolean;

  @Column('boolean', { name: 'check_only' })
  checkOnly!: boolean;

  /** The duration. */
  @Column('int', { name: 'ms' })
  ms!: number;

  @Column('text', { name: 'recipients', transformer: jsonList })
  recipients!: string[];

  @Column('text', { name: 'steps', transformer: jsonObjects })
  steps!: TestStep[];

  @Column('varchar', { name: 'error', length: 1000, nullable: true })
  error!: string | null;

  @Column('varchar', { name: 'tls_version', length: 16, nullable: true })
  tlsVersion!: string | null;

  @Column('bigint', { name: 'certificate_expires_at', nullable: true, transformer: instant })
  certificateExpiresAt!: Date | null;

  /** The email address or name of the admin who tested; null for the application's own code. */
  @Column('varchar', { name: 'person', length: 320, nullable: true })
  person!: string | null;
}
