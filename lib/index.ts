export { SmtpModule } from './smtp.module.js';
export { MailService, type SentMail } from './mail.service.js';
export type {
  Alternative,
  Attachment,
  CalendarEvent,
  Content,
  DeliveryNotifications,
  Mailbox,
  MailMessage,
  Recipients,
} from './message/mail-message.js';
export { SmtpConfigService, type CallOptions } from './config/smtp-config.service.js';
export type { CertificateRequest, ChainRequest } from './config/kinds/smtp/certificate-finder.js';
export type { DetectionTarget } from './config/kinds/smtp/security-detector.js';
export type { SmtpConfigInput, SmtpConfigView } from './config/smtp-config.input.js';
export type { SmtpConfigQuery } from './config/smtp-config.queries.js';
export type { SecretRequest, SecretSearch } from './config/secret-finder.js';
export type { TestOptions } from './config/smtp-config.tester.js';
export type { TestMailTexts } from './config/test-mail-texts.js';
export { SmtpActivityService } from './config/smtp-activity.service.js';
export { SmtpConfigStatus } from './config/smtp-config-status.entity.js';
export { SmtpActivity, SmtpConfig, SmtpDefault } from './config/smtp-config.entity.js';
export { SmtpConfigTest } from './config/smtp-config-test.entity.js';
export { SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from './outbox/smtp-message.entity.js';
export { MailLogService } from './outbox/mail-log.service.js';
export type { WaitingMessages } from './outbox/mail-log.reader.js';
export type { ResendTarget } from './outbox/mail-log.resend.js';
export type { MailLogFile } from './outbox/mail-log.files.js';
export type { MailLogExport } from './outbox/mail-log.export.js';
export type { MailLogFilters, MailLogQuery } from './outbox/mail-log.query.js';
export { MailOverviewService } from './outbox/mail-overview.service.js';
export { SmtpAudit } from './audit/smtp-audit.entity.js';
export { SmtpAuditService } from './audit/smtp-audit.service.js';
export type { SmtpAuditQuery } from './audit/smtp-audit.query.js';
export type { AuditOptions } from './options/audit.js';
export type { SmtpAuditAction, SmtpAuditChange, SmtpAuditEntry, SmtpAuditRecord, SmtpAuditValue } from './shared/audit.js';
export { smtpEntities } from './smtp.entities.js';
export type { QueuedMail } from './outbox/outbox.service.js';
export type { DeliveryOptions, RetentionOptions } from './options/delivery.js';
export type { EgressOptions } from './options/egress.js';
export type { TestsOptions } from './options/tests.js';
export type { RetryOptions } from './options/retry.js';
export type { TimeoutOptions } from './options/timeouts.js';
export { smtpMigrations } from './migrations/index.js';
export { SMTP_OPTIONS, type ResolvedSmtpOptions, type SmtpModuleOptions } from './options/options.js';
export type { ActivityOptions } from './options/activities.js';
export { MICROSOFT_CLOUDS, type GraphOptions, type MicrosoftCloud } from './options/graph.js';
export type { EncryptionOptions } from './secret/key-ring.js';
export { SecretSourceError, type ResolvedSecret, type SecretSource } from './secret/secret-source.js';
export { internalSecrets, type InternalSecret, type InternalSecretsOptions } from './secret/internal-secrets.js';
export type { AccessOptions, AccessRule, CurrentAdmin } from './options/access.js';
export {
  MAIL_ERRORS,
  MailError,
  type FieldProblem,
  type MailErrorCode,
  type MailFault,
  type RejectedRecipient,
} from './shared/mail-error.js';
export type { ServerChain, CertificateFacts, CertificateProblem } from './shared/certificates.js';
export type { DetectedSecurity, ActivityConfigState, SmtpActivityView, LoginWarning } from './shared/smtp-config.js';
export type { ConfigTest, TestRecipient, TestReport, TestStep } from './shared/connection-test.js';
export type { MailLogCounts } from './shared/mail-counts.js';
export type {
  MessageAction,
  MessageStatus,
  FailingConfig,
  Obstacle,
  MailLogAttempt,
  MailLogEntry,
  WaitingReason,
  MailLogDelivery,
} from './shared/mail-log.js';
export type {
  MailLogDetails,
  MailLogMailbox,
  MailLogMailboxes,
  MailLogPart,
  MailPreview,
  MailPreviewAttachment,
  SenderBasis,
} from './shared/message-details.js';
export type { Attention, MailOverview, OldestWaiting, OverviewConfig, TrafficOutcome, TrafficSlot } from './shared/mail-overview.js';
export type { SecretChoice, SecretFailure, SecretCheck, SecretChoices } from './shared/secrets.js';
