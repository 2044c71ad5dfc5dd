import { describe } from '@jest/globals';
import { startOpensmtpd } from '../support/servers/opensmtpd/opensmtpd.js';
import { runServerLoad } from './server-load.js';

describe('OpenSMTPD under load', () => {
  runServerLoad(startOpensmtpd, { hasSmtpUtf8: false });
});
