import { describe } from '@jest/globals';
import { POSTFIX_LISTENERS, startPostfix } from '../support/servers/postfix/postfix.js';
import { runServerTable } from './server-table.js';

describe('Postfix', () => {
  runServerTable(startPostfix, { listeners: POSTFIX_LISTENERS, mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256'] });
});
