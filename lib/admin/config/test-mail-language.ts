import type { TestMailTexts } from '../../config/test-mail-texts.js';
import { CONFIG_TYPES } from '../../shared/config-fields.js';
import type { Language } from '../locales/language.js';

/** Returns the texts of the test email in a language of the panel, with the labels that the form has. */
export function testMailTexts({ testMail, smtpConfig }: Language): TestMailTexts {
  const { properties, labels } = smtpConfig;
  return {
    ...testMail,
    type: properties.type,
    host: properties.host,
    port: properties.port,
    security: properties.security,
    cloud: properties.graphCloud,
    username: properties.username,
    security_starttls: labels.securityShort_starttls,
    security_tls: labels.securityShort_tls,
    security_none: labels.securityShort_none,
    types: Object.fromEntries(CONFIG_TYPES.map((type) => [type, labels[`type_${type}`]])),
  };
}
