import { smtpActivity } from './en/smtp-activity.js';
import { smtpConfig } from './en/smtp-config.js';
import { smtpMessage } from './en/smtp-message.js';
import { smtpOverview } from './en/smtp-overview.js';

/** English texts by resource id: each value is a block for `ResourceOptions.translations.en`, or for `locale.translations.en.resources`. */
export const en = { SmtpOverview: smtpOverview, SmtpConfig: smtpConfig, SmtpActivity: smtpActivity, SmtpMessage: smtpMessage };
