import { describe } from '@jest/globals';
import { startExim } from '../support/servers/exim/exim.js';
import { runServerLoad } from './server-load.js';

describe('Exim under load', () => {
  runServerLoad(startExim, { hasSmtpUtf8: true });
});
