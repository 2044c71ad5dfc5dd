import { shared } from './shared.js';
import { smtpActivity } from './smtp-activity.js';
import { smtpAudit } from './smtp-audit.js';
import { smtpConfig } from './smtp-config.js';
import { smtpMessage } from './smtp-message.js';
import { smtpOverview } from './smtp-overview.js';
import { steps } from './steps.js';
import { testMail } from './test-mail.js';
import { tests } from './tests.js';

/** English. The other languages have exactly the same keys. */
export const en = { menu: 'Outgoing mail', shared, smtpOverview, smtpConfig, smtpActivity, smtpMessage, smtpAudit, steps, testMail, tests };
