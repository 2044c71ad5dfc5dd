export { SmtpModule } from './smtp.module.js';
export { MailService, type SentMail } from './mail.service.js';
export type { Attachment, Mailbox, MailMessage, Recipients } from './message/mail-message.js';
export { SmtpConfigService, type CallOptions } from './config/smtp-config.service.js';
export type { CertificateRequest, ChainRequest, ServerChain } from './config/certificate-finder.js';
export type { DetectedSecurity, DetectionTarget } from './config/smtp-config.checker.js';
export type { SmtpConfigInput, SmtpConfigView } from './config/smtp-config.input.js';
export type { SmtpConfigQuery } from './config/smtp-config.queries.js';
export type { SecretRequest, SecretSearch } from './config/secret-finder.js';
export type { TestOptions } from './config/smtp-config.tester.js';
export type { TestReport, TestStep } from './transport/smtp/diagnose.js';
export type { CertificateFacts, CertificateProblem } from './transport/tls/pem-facts.js';
export { SmtpActivityService, type ActivityConfigState, type SmtpActivityView } from './config/smtp-activity.service.js';
export { SmtpActivity, SmtpConfig, SmtpConfigStatus, SmtpDefault } from './config/smtp-config.entity.js';
export { SmtpMessage, SmtpMessageAttempt, SmtpMessageBody, type MessageStatus } from './outbox/smtp-message.entity.js';
export { MailLogService } from './outbox/mail-log.service.js';
export type { MailLogCounts, FailingConfig, WaitingMessages } from './outbox/mail-log.reader.js';
export type { ResendTarget } from './outbox/mail-log.resend.js';
export type { RetryObstacle, RetryReport } from './outbox/mail-log.retry.js';
export type { MailLogFilters, MailLogQuery } from './outbox/mail-log.queries.js';
export type { MailLogAttempt, MailLogEntry, WaitingReason } from './outbox/mail-log.view.js';
export type { MailLogDelivery } from './outbox/mail-log.recipients.js';
export { MailOverviewService } from './outbox/mail-overview.service.js';
export type { Attention, MailOverview, OldestWaiting, Outcome, OverviewConfig, TrafficSlot } from './outbox/mail-overview.view.js';
export type { MailPreview } from './outbox/message-preview.js';
export { SmtpAudit } from './audit/smtp-audit.entity.js';
export { SmtpAuditService } from './audit/smtp-audit.service.js';
export type { SmtpAuditQuery } from './audit/smtp-audit.queries.js';
export type { AuditOptions, SmtpAuditAction, SmtpAuditChange, SmtpAuditEntry, SmtpAuditRecord, SmtpAuditValue } from './options/audit.js';
export { smtpEntities } from './smtp.entities.js';
export type { QueuedMail } from './outbox/outbox.service.js';
export type { DeliveryOptions } from './options/delivery.js';
export type { EgressOptions } from './options/egress.js';
export type { TestsOptions } from './options/tests.js';
export type { RetryOptions } from './options/retry.js';
export type { TimeoutOptions } from './options/timeouts.js';
export { smtpMigrations } from './migrations/index.js';
export type { ActivityOptions, SmtpModuleOptions } from './options/options.js';
export { MICROSOFT_CLOUDS, type GraphOptions, type MicrosoftCloud } from './options/graph.js';
export type { LoginWarning } from './config/login-warning.js';
export type { EncryptionOptions } from './secret/key-ring.js';
export {
  SecretSourceError,
  type ResolvedSecret,
  type SecretChoice,
  type SecretFailure,
  type SecretSource,
} from './secret/secret-source.js';
export { internalSecrets, type InternalSecret, type InternalSecretsOptions } from './secret/internal-secrets.js';
export type { SecretCheck, SecretChoices } from './secret/secret-resolver.js';
export type { AccessRule, CurrentAdmin } from './options/access.js';
export {
  MAIL_ERRORS,
  MailError,
  type FieldProblem,
  type MailErrorCode,
  type MailFault,
  type RejectedRecipient,
} from './shared/mail-error.js';
