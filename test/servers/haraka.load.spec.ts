import { describe } from '@jest/globals';
import { startHaraka } from '../support/servers/haraka/haraka.js';
import { runServerLoad } from './server-load.js';

describe('Haraka under load', () => {
  runServerLoad(startHaraka, { hasSmtpUtf8: true });
});
