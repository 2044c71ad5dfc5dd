import { describe } from '@jest/globals';
import { startSendmail } from '../support/servers/sendmail/sendmail.js';
import { runServerLoad } from './server-load.js';

describe('Sendmail under load', () => {
  runServerLoad(startSendmail, { hasSmtpUtf8: false });
});
