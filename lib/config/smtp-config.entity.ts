import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SmtpAuthMechanism, SmtpAuthMethod, SmtpConfigType, SmtpSecurity } from '../shared/config-fields.js';
import { STORED } from '../shared/secrets.js';
import { instant, jsonList } from '../database/columns.js';
import type { StoredSettings } from './kinds/kind.js';

/** A configuration with every setting of the field table. Its secrets are ciphers, which only queries of this package select. */
@Entity('smtp_config')
@Index(['nameKey'], { unique: true })
export class SmtpConfig implements StoredSettings {
  /** A UUID. It is created before the row is stored, because the ciphers are bound to it. */
  @PrimaryColumn('varchar', { name: 'id', length: 36 })
  id!: string;

  @Column('varchar', { name: 'name', length: 50 })
  name!: string;

  /** The name in lower case, which makes names unique on case-sensitive databases, too. */
  @Column('varchar', { name: 'name_key', length: 50, select: false })
  nameKey!: string;

  @Column('varchar', { name: 'type', length: 16 })
  type!: SmtpConfigType;

  /** Nothing is sent through a disabled configuration. */
  @Column('boolean', { name: 'enabled' })
  enabled!: boolean;

  @Column('varchar', { name: 'from_name', length: 255, nullable: true })
  fromName!: string | null;

  @Column('varchar', { name: 'from_address', length: 320, nullable: true })
  fromAddress!: string | null;

  @Column('varchar', { name: 'reply_to', length: 640, nullable: true })
  replyTo!: string | null;

  @Column('varchar', { name: 'signature', length: 250, nullable: true })
  signature!: string | null;

  @Column('varchar', { name: 'description', length: 1000, nullable: true })
  description!: string | null;

  @Column('varchar', { name: 'host', length: 255, nullable: true })
  host!: string | null;

  @Column('int', { name: 'port', nullable: true })
  port!: number | null;

  @Column('varchar', { name: 'security', length: 16, nullable: true })
  security!: SmtpSecurity | null;

  @Column('boolean', { name: 'auth_required' })
  authRequired!: boolean;

  @Column('varchar', { name: 'auth_method', length: 16 })
  authMethod!: SmtpAuthMethod;

  /** The login mechanism; null for the best one that the server offers. */
  @Column('varchar', { name: 'auth_mechanism', length: 16, nullable: true })
  authMechanism!: SmtpAuthMechanism | null;

  @Column('varchar', { name: 'username', length: 320, nullable: true })
  username!: string | null;

  @Column('varchar', { name: 'password_source', length: 64 })
  passwordSource!: string;

  @Column('varchar', { name: 'password_ref', length: 512, nullable: true })
  passwordRef!: string | null;

  @Column('text', { name: 'password_cipher', nullable: true, select: false })
  passwordCipher!: string | null;

  @Column('varchar', { name: 'tenant_id', length: 255, nullable: true })
  tenantId!: string | null;

  @Column('varchar', { name: 'client_id', length: 255, nullable: true })
  clientId!: string | null;

  @Column('varchar', { name: 'client_secret_source', length: 64 })
  clientSecretSource!: string;

  @Column('varchar', { name: 'client_secret_ref', length: 512, nullable: true })
  clientSecretRef!: string | null;

  @Column('text', { name: 'client_secret_cipher', nullable: true, select: false })
  clientSecretCipher!: string | null;

  @Column('varchar', { name: 'graph_cloud', length: 16, nullable: true })
  graphCloud!: string | null;

  /** PEM certificates of a private CA, trusted in addition to the well-known ones. */
  @Column('text', { name: 'ca_certificate', nullable: true })
  caCertificate!: string | null;

  /** The name for SNI and for the certificate check; null for the host. */
  @Column('varchar', { name: 'tls_server_name', length: 255, nullable: true })
  tlsServerName!: string | null;

  /** The only certificate to accept from the server, PEM. */
  @Column('text', { name: 'pinned_certificate', nullable: true })
  pinnedCertificate!: string | null;

  /** The certificate that this machine presents to the server, PEM, followed by its intermediate authorities. */
  @Column('text', { name: 'client_certificate', nullable: true })
  clientCertificate!: string | null;

  @Column('varchar', { name: 'client_key_source', length: 64, default: 'stored' })
  clientKeySource!: string;

  @Column('varchar', { name: 'client_key_ref', length: 512, nullable: true })
  clientKeyRef!: string | null;

  @Column('text', { name: 'client_key_cipher', nullable: true, select: false })
  clientKeyCipher!: string | null;

  /** The address that bounces go to. */
  @Column('varchar', { name: 'envelope_from', length: 320, nullable: true })
  envelopeFrom!: string | null;

  /** The name in EHLO. */
  @Column('varchar', { name: 'ehlo_name', length: 255, nullable: true })
  ehloName!: string | null;

  /** Multiplies the deadlines of every session. */
  @Column('int', { name: 'timeout_scale', nullable: true, default: 1 })
  timeoutScale!: number | null;

  /** The IP address of this machine that connections are made from. */
  @Column('varchar', { name: 'local_address', length: 45, nullable: true })
  localAddress!: string | null;

  /** The proxy that connections go through. */
  @Column('varchar', { name: 'proxy_url', length: 300, nullable: true })
  proxyUrl!: string | null;

  @Column('varchar', { name: 'proxy_user', length: 255, nullable: true })
  proxyUser!: string | null;

  @Column('varchar', { name: 'proxy_password_source', length: 64, default: STORED })
  proxyPasswordSource!: string;

  @Column('varchar', { name: 'proxy_password_ref', length: 512, nullable: true })
  proxyPasswordRef!: string | null;

  @Column('text', { name: 'proxy_password_cipher', nullable: true, select: false })
  proxyPasswordCipher!: string | null;

  @Column('text', { name: 'cc', transformer: jsonList })
  cc!: string[];

  @Column('text', { name: 'bcc', transformer: jsonList })
  bcc!: string[];

  /** Keys of the activities whose mail carries `cc` and `bcc`. */
  @Column('text', { name: 'copy_activities', transformer: jsonList })
  copyActivities!: string[];

  @Column('int', { name: 'max_connections' })
  maxConnections!: number;

  /** Increases with each save. Updates of an older version are rejected, and transports of an older version are replaced. */
  @Column('int', { name: 'version' })
  version!: number;

  /**
   * The version in which the server, the login or the From address last changed. Tests and mail of an older version say nothing about
   * this one.
   */
  @Column('int', { name: 'connection_version' })
  connectionVersion!: number;

  @Column('bigint', { name: 'created_at', transformer: instant })
  createdAt!: Date;

  @Column('bigint', { name: 'updated_at', transformer: instant })
  updatedAt!: Date;
}

/** The only row, which points to the default configuration, so there cannot be two. */
@Entity('smtp_default')
export class SmtpDefault {
  /** Always {@link DEFAULT_ROW}. */
  @PrimaryColumn('int', { name: 'id' })
  id!: number;

  @Column('varchar', { name: 'config_id', length: 36, nullable: true })
  configId!: string | null;
}

export const DEFAULT_ROW = 1;

/** The configuration of an activity. An activity without a row uses the default. */
@Entity('smtp_activity')
export class SmtpActivity {
  @PrimaryColumn('varchar', { name: 'activity_key', length: 64 })
  key!: string;

  /** May refer to a deleted configuration: its mail then waits instead of using another one. */
  @Column('varchar', { name: 'config_id', length: 36, nullable: true })
  configId!: string | null;
}
