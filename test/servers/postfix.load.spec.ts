import { describe } from '@jest/globals';
import { startPostfix } from '../support/servers/postfix/postfix.js';
import { runServerLoad } from './server-load.js';

describe('Postfix under load', () => {
  runServerLoad(startPostfix, { hasSmtpUtf8: true });
});
