import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { instant } from '../database/columns.js';

/**
 * What became of a message. `queued` waits for its time or its configuration, `sending` is in hand, `held` waits for a
 * configuration of its own that is missing or off, `unknown` may have been delivered and waits for a person; the others are final.
 */
export type MessageStatus = 'queued' | 'sending' | 'sent' | 'partially_sent' | 'failed' | 'expired' | 'cancelled' | 'held' | 'unknown';

/** One mail that was asked for, without its body. The row is the truth about it. */
@Entity('smtp_message')
@Index('smtp_message_due', ['status', 'lane', 'priority', 'availableAt', 'id'])
@Index('smtp_message_lease', ['status', 'leaseExpiresAt'])
@Index('smtp_message_expiry', ['status', 'expiresAt'])
@Index('smtp_message_body_until', ['deleteBodyAt'])
@Index('smtp_message_created', ['createdAt', 'status', 'sentBy'])
@Index('smtp_message_key', ['idempotencyKey'], { unique: true })
export class SmtpMessage {
  /** A UUID whose order is the order of creation. */
  @PrimaryColumn('varchar', { name: 'id', length: 36, primaryKeyConstraintName: 'smtp_message_pk' })
  id!: string;

  @Column('varchar', { name: 'status', length: 16 })
  status!: MessageStatus;

  /** What the message chose, as `lane.ts` writes it: its activity, or a configuration by name. Once a recipient was accepted, the configuration that did. */
  @Column('varchar', { name: 'lane', length: 100 })
  lane!: string;

  /** 0 high, 1 normal, 2 low. */
  @Column('int', { name: 'priority' })
  priority!: number;

  @Column('bigint', { name: 'available_at', transformer: instant })
  availableAt!: Date;

  @Column('bigint', { name: 'expires_at', nullable: true, transformer: instant })
  expiresAt!: Date | null;

  @Column('varchar', { name: 'activity', length: 64 })
  activity!: string;

  /** The name the message gave; later that of the configuration through which it was last tried. */
  @Column('varchar', { name: 'config_name', length: 50, nullable: true })
  configName!: string | null;

  /** Addresses, cut to what a list shows. */
  @Column('varchar', { name: 'recipients', length: 512 })
  recipients!: string;

  @Column('int', { name: 'recipient_count' })
  recipientCount!: number;

  /** Empty where the message is sensitive: its content has it until the end. */
  @Column('varchar', { name: 'subject', length: 998 })
  subject!: string;

  /** With angle brackets; the same on every attempt. */
  @Column('varchar', { name: 'message_id', length: 320 })
  messageId!: string;

  /** Its body is wiped at every final status and never shown. */
  @Column('boolean', { name: 'is_sensitive' })
  sensitive!: boolean;

  /** SHA-256 of the host's key: what is the same text is not the same to every database. */
  @Column('varchar', { name: 'idempotency_key', length: 64, nullable: true })
  idempotencyKey!: string | null;

  /** SHA-256 of the content where there is a key: the same one with other content is refused. Empty without, and once a sensitive message came to its end, so that nothing outlives the body. */
  @Column('varchar', { name: 'content_hash', length: 64 })
  contentHash!: string;

  /** Replies that refused the message for now. Time failing or held costs none. */
  @Column('int', { name: 'attempts' })
  attempts!: number;

  /** Leases that ran out while it was in hand. */
  @Column('int', { name: 'lost_leases' })
  lostLeases!: number;

  /** In hand with nothing else beside it, because it may be what ended the process. */
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

  /** When its body is deleted; null while it is needed, and once it is gone. */
  @Column('bigint', { name: 'delete_body_at', nullable: true, transformer: instant })
  deleteBodyAt!: Date | null;

  /** JSON: what no later attempt may change, once one recipient was accepted. */
  @Column('text', { name: 'frozen', nullable: true })
  frozen!: string | null;

  /** The name of the configuration it left through. */
  @Column('varchar', { name: 'sent_by', length: 50, nullable: true })
  sentBy!: string | null;

  @Column('bigint', { name: 'sent_at', nullable: true, transformer: instant })
  sentAt!: Date | null;

  /** The message this one sends again. */
  @Column('varchar', { name: 'resent_from', length: 36, nullable: true })
  resentFrom!: string | null;

  @Column('bigint', { name: 'created_at', transformer: instant })
  createdAt!: Date;
}

/** A piece of a message's content: portable text, small enough for every database. */
@Entity('smtp_message_body')
export class SmtpMessageBody {
  @PrimaryColumn('varchar', { name: 'message_id', length: 36, primaryKeyConstraintName: 'smtp_message_body_pk' })
  messageId!: string;

  @PrimaryColumn('int', { name: 'part', primaryKeyConstraintName: 'smtp_message_body_pk' })
  part!: number;

  @Column('text', { name: 'content' })
  content!: string;
}

/** One try to deliver a message. */
@Entity('smtp_message_attempt')
@Index('smtp_message_attempt_message', ['messageId'])
export class SmtpMessageAttempt {
  @PrimaryColumn('varchar', { name: 'id', length: 36, primaryKeyConstraintName: 'smtp_message_attempt_pk' })
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
