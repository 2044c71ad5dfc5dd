import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant, jsonObject } from '../database/columns.js';
import type { ReasonValues } from '../shared/mail-error.js';

/**
 * The last test, the last mail and the failures of a configuration. It is a separate table without a version, so that a test does not
 * make an open form stale.
 */
@Entity('smtp_config_status')
export class SmtpConfigStatus {
  @PrimaryColumn('varchar', { name: 'config_id', length: 36 })
  configId!: string;

  @Column('varchar', { name: 'last_test_status', length: 16, nullable: true })
  lastTestStatus!: 'ok' | 'failed' | null;

  @Column('bigint', { name: 'last_test_at', nullable: true, transformer: instant })
  lastTestAt!: Date | null;

  /** The duration of the test. */
  @Column('int', { name: 'last_test_ms', nullable: true })
  lastTestMs!: number | null;

  @Column('varchar', { name: 'last_test_error', length: 1000, nullable: true })
  lastTestError!: string | null;

  /** The key of the failure's reason, if it is known, and the values of its sentences. */
  @Column('varchar', { name: 'last_test_reason', length: 64, nullable: true })
  lastTestReason!: string | null;

  @Column('text', { name: 'last_test_values', nullable: true, transformer: jsonObject })
  lastTestValues!: ReasonValues;

  /** The version that was tested. */
  @Column('int', { name: 'last_test_version', nullable: true })
  lastTestVersion!: number | null;

  /** The time at which a server last accepted mail. Written at most once a minute by each process. */
  @Column('bigint', { name: 'last_sent_at', nullable: true, transformer: instant })
  lastSentAt!: Date | null;

  /** The version that sent that mail. */
  @Column('int', { name: 'last_sent_version', nullable: true })
  lastSentVersion!: number | null;

  /** The messages a minute that the server took at `paceSince`; null if that is not known. */
  @Column('int', { name: 'pace_per_minute', nullable: true })
  pacePerMinute!: number | null;

  /** The last refusal because of the rate that said something about it. */
  @Column('bigint', { name: 'pace_since', nullable: true, transformer: instant })
  paceSince!: Date | null;

  /** The version that learned the pace. */
  @Column('int', { name: 'pace_version', nullable: true })
  paceVersion!: number | null;

  /** A digest of the recipients' domains in the last such refusal, if it was about them. */
  @Column('varchar', { name: 'pace_domains', length: 32, nullable: true })
  paceDomains!: string | null;

  /** The end and the length of the last pause after a refusal. */
  @Column('bigint', { name: 'paused_until', nullable: true, transformer: instant })
  pausedUntil!: Date | null;

  @Column('int', { name: 'pause_ms', nullable: true })
  pauseMs!: number | null;

  /** The time until which only one process sends. */
  @Column('bigint', { name: 'sole_until', nullable: true, transformer: instant })
  soleUntil!: Date | null;

  /** The process that may send while the server limits the rate, and the end of its turn. */
  @Column('varchar', { name: 'turn_token', length: 36, nullable: true })
  turnToken!: string | null;

  @Column('bigint', { name: 'turn_ends_at', nullable: true, transformer: instant })
  turnEndsAt!: Date | null;

  /** The connections that it accepts at the same time, if they are fewer than the configuration's. */
  @Column('int', { name: 'pace_connections', nullable: true })
  paceConnections!: number | null;

  /** The TLS version that a test or a delivery last negotiated, e.g. `TLS 1.3`. */
  @Column('varchar', { name: 'tls_version', length: 16, nullable: true })
  tlsVersion!: string | null;

  /** The expiry of the server's certificate, as a test or a delivery last saw it. */
  @Column('bigint', { name: 'certificate_expires_at', nullable: true, transformer: instant })
  certificateExpiresAt!: Date | null;

  /** The time of the connection that `tlsVersion` and `certificateExpiresAt` come from. */
  @Column('bigint', { name: 'observed_at', nullable: true, transformer: instant })
  observedAt!: Date | null;

  /** The version that connected. */
  @Column('int', { name: 'observed_version', nullable: true })
  observedVersion!: number | null;

  /** The time since which nothing is sent because its server or login fails; null while it works. */
  @Column('bigint', { name: 'failing_since', nullable: true, transformer: instant })
  failingSince!: Date | null;

  /** The version that failed. A newer version is tried immediately. */
  @Column('int', { name: 'failing_version', nullable: true })
  failingVersion!: number | null;

  @Column('varchar', { name: 'failing_code', length: 32, nullable: true })
  failingCode!: string | null;

  @Column('varchar', { name: 'failing_error', length: 1000, nullable: true })
  failingError!: string | null;

  /** The key of the reason, if it is known, and the values of its sentences. */
  @Column('varchar', { name: 'failing_reason', length: 64, nullable: true })
  failingReason!: string | null;

  @Column('text', { name: 'failing_values', nullable: true, transformer: jsonObject })
  failingValues!: ReasonValues;

  /** The last failure that is over: its start, its end, its error and its reason. */
  @Column('bigint', { name: 'last_failure_since', nullable: true, transformer: instant })
  lastFailureSince!: Date | null;

  @Column('bigint', { name: 'last_failure_until', nullable: true, transformer: instant })
  lastFailureUntil!: Date | null;

  @Column('varchar', { name: 'last_failure_error', length: 1000, nullable: true })
  lastFailureError!: string | null;

  @Column('varchar', { name: 'last_failure_reason', length: 64, nullable: true })
  lastFailureReason!: string | null;

  @Column('text', { name: 'last_failure_values', nullable: true, transformer: jsonObject })
  lastFailureValues!: ReasonValues;

  @Column('bigint', { name: 'next_probe_at', nullable: true, transformer: instant })
  nextProbeAt!: Date | null;

  /** The process that sends through it, for mail that is sent one message at a time. */
  @Column('varchar', { name: 'serial_lock_token', length: 36, nullable: true })
  serialLockToken!: string | null;

  @Column('bigint', { name: 'serial_lock_expires_at', nullable: true, transformer: instant })
  serialLockExpiresAt!: Date | null;
}
