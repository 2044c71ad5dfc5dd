import type { Language } from '../language.js';
import { shared } from './shared.js';
import { smtpActivity } from './smtp-activity.js';
import { smtpAudit } from './smtp-audit.js';
import { smtpConfig } from './smtp-config.js';
import { smtpMessage } from './smtp-message.js';
import { smtpOverview } from './smtp-overview.js';
import { steps } from './steps.js';
import { testMail } from './test-mail.js';
import { tests } from './tests.js';

/** Brazilian Portuguese. */
export const ptBR: Language = {
  menu: 'E-mails de saída',
  shared,
  smtpOverview,
  smtpConfig,
  smtpActivity,
  smtpMessage,
  smtpAudit,
  steps,
  testMail,
  tests,
};
