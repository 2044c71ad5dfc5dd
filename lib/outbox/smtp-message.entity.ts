import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { instant, jsonObject } from '../database/columns.js';
import type { ReasonValues } from '../shared/mail-error.js';
import type { MessageStatus } from '../shared/mail-log.js';

/** A message without its body. The row is its authoritative state. */
@Entity('smtp_message')
@Index(['status', 'lane', 'priority', 'availableAt', 'id'])
@Index(['status', 'leaseExpiresAt'])
@Index(['status', 'expiresAt'])
@Index(['deleteBodyAt'])
@Index(['createdAt', 'status', 'sentBy'])
@Index(['idempotencyKey'], { unique: true })
export class SmtpMessage {
  /** A UUID that sorts in the order of creation. */
  @PrimaryColumn('varchar', { name: 'id', length: 36 })
  id!: string;

  @Column('varchar', { name: 'status', length: 16 })
  status!: MessageStatus;

  /**
   * The choice of the message, in the format of `lane.ts`: its activity, or a configuration by name. Once a server has accepted a
   * recipient, the configuration that sent it.
   */
  @Column('varchar', { name: 'lane', length: 100 })
  lane!: string;

  /** 0 high, 1 normal, 2 low. */
  @Column('int', { name: 'priority' })
  priority!: number;

  /** The time at which the message is due. Once it is final without being sent, the time of that. */
  @Column('bigint', { name: 'available_at', transformer: instant })
  availableAt!: Date;

  @Column('bigint', { name: 'expires_at', nullable: true, transformer: instant })
  expiresAt!: Date | null;

  @Column('varchar', { name: 'activity', length: 64 })
  activity!: string;

  /** The configuration name that the message specified; later the configuration of its last attempt. */
  @Column('varchar', { name: 'config_name', length: 50, nullable: true })
  configName!: string | null;

  /** Addresses, cut to the length that a list shows. */
  @Column('varchar', { name: 'recipients', length: 512 })
  recipients!: string;

  @Column('int', { name: 'recipient_count' })
  recipientCount!: number;

  /** Empty for a sensitive message, whose subject is only in its content. */
  @Column('varchar', { name: 'subject', length: 998 })
  subject!: string;

  /** With angle brackets; the same for every attempt. */
  @Column('varchar', { name: 'message_id', length: 320 })
  messageId!: string;

  /** True for a message whose body is never shown, and is deleted once it is final. */
  @Column('boolean', { name: 'is_sensitive' })
  sensitive!: boolean;

  /** SHA-256 of the application's key, because databases differ in which strings they consider equal. */
  @Column('varchar', { name: 'idempotency_key', length: 64, nullable: true })
  idempotencyKey!: string | null;

  /**
   * SHA-256 of the content if there is a key: the same key with different content is rejected. Empty without a key, and for a final
   * sensitive message, so that nothing outlives its body.
   */
  @Column('varchar', { name: 'content_hash', length: 64 })
  contentHash!: string;

  /** Attempts that were refused temporarily. Failures of its configuration do not count. */
  @Column('int', { name: 'attempts' })
  attempts!: number;

  /** Leases that expired while the message was in flight. */
  @Column('int', { name: 'lost_leases' })
  lostLeases!: number;

  /** True while in flight with nothing else, because the message may have crashed processes. */
  @Column('boolean', { name: 'is_quarantined' })
  isQuarantined!: boolean;

  @Column('varchar', { name: 'lease_token', length: 36, nullable: true })
  leaseToken!: string | null;

  @Column('bigint', { name: 'lease_expires_at', nullable: true, transformer: instant })
  leaseExpiresAt!: Date | null;

  @Column('varchar', { name: 'last_code', length: 32, nullable: true })
  lastCode!: string | null;

  @Column('varchar', { name: 'last_reply', length: 512, nullable: true })
  lastReply!: string | null;

  @Column('varchar', { name: 'last_error', length: 1000, nullable: true })
  lastError!: string | null;

  /** The key of the last failure's reason, if it is known, and the values of its sentences. */
  @Column('varchar', { name: 'last_reason', length: 64, nullable: true })
  lastReason!: string | null;

  @Column('text', { name: 'last_values', nullable: true, transformer: jsonObject })
  lastValues!: ReasonValues;

  /** The time to delete the body; null while it is needed, and after it was deleted. */
  @Column('bigint', { name: 'delete_body_at', nullable: true, transformer: instant })
  deleteBodyAt!: Date | null;

  /** JSON, once a recipient was accepted: the sender, the remaining recipients and the refused ones (see `frozen.ts`). */
  @Column('text', { name: 'frozen', nullable: true })
  frozen!: string | null;

  /** The name of the configuration through which the message was sent. */
  @Column('varchar', { name: 'sent_by', length: 50, nullable: true })
  sentBy!: string | null;

  @Column('bigint', { name: 'sent_at', nullable: true, transformer: instant })
  sentAt!: Date | null;

  /** The id of the message that this one resends. */
  @Column('varchar', { name: 'resent_from', length: 36, nullable: true })
  resentFrom!: string | null;

  @Column('bigint', { name: 'created_at', transformer: instant })
  createdAt!: Date;
}

/** A piece of a message's content: a portable string, small enough for every database. */
@Entity('smtp_message_body')
export class SmtpMessageBody {
  @PrimaryColumn('varchar', { name: 'message_id', length: 36 })
  messageId!: string;

  @PrimaryColumn('int', { name: 'part' })
  part!: number;

  @Column('text', { name: 'content' })
  content!: string;
}

/** An attempt to deliver a message. */
@Entity('smtp_message_attempt')
@Index(['messageId'])
export class SmtpMessageAttempt {
  @PrimaryColumn('varchar', { name: 'id', length: 36 })
  id!: string;

  @Column('varchar', { name: 'message_id', length: 36 })
  messageId!: string;

  @Column('bigint', { name: 'at', transformer: instant })
  at!: Date;

  @Column('varchar', { name: 'config_name', length: 50, nullable: true })
  configName!: string | null;

  @Column('varchar', { name: 'outcome', length: 16 })
  outcome!: string;

  @Column('varchar', { name: 'code', length: 32, nullable: true })
  code!: string | null;

  @Column('varchar', { name: 'reply', length: 512, nullable: true })
  reply!: string | null;

  @Column('int', { name: 'ms' })
  ms!: number;
}
