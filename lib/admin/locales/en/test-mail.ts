import { TEST_MAIL } from '../../../config/test-mail-texts.js';

const { locale, subject, intro, fact, name, username_none, sentBy, sentAt } = TEST_MAIL;

/** Texts of the test email, with the names that only it needs: the labels of the form name everything else. */
export const testMail = { locale, subject, intro, fact, name, username_none, sentBy, sentAt };
