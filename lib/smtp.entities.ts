import { SmtpAudit } from './audit/smtp-audit.entity.js';
import { SmtpConfigStatus } from './config/smtp-config-status.entity.js';
import { SmtpActivity, SmtpConfig, SmtpDefault } from './config/smtp-config.entity.js';
import { SmtpConfigTest } from './config/smtp-config-test.entity.js';
import { SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from './outbox/smtp-message.entity.js';

/** The entities to add to the application's data source. */
export const smtpEntities = [
  SmtpConfig,
  SmtpDefault,
  SmtpConfigStatus,
  SmtpConfigTest,
  SmtpActivity,
  SmtpMessage,
  SmtpMessageBody,
  SmtpMessageAttempt,
  SmtpAudit,
];
