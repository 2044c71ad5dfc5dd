import { describe } from '@jest/globals';
import { OPENSMTPD_LISTENERS, startOpensmtpd } from '../support/servers/opensmtpd/opensmtpd.js';
import { runServerTable } from './server-table.js';

describe('OpenSMTPD', () => {
  runServerTable(startOpensmtpd, {
    listeners: OPENSMTPD_LISTENERS,
    mechanisms: ['PLAIN', 'LOGIN'],
    differences: [
      ['no login', 'starttls', { config: { authRequired: false } }, 'sender', 'AUTH', 'auth_required', 'waiting', 'Turn on authentication'],
      [
        'a sender that the login may not use',
        'starttls',
        { config: { fromAddress: 'other@lab.test' } },
        'sender',
        'SENDER',
        'sender_refused',
        'waiting',
        'Change the From address',
      ],
      ['this machine', 'client', {}, 'greeting', 'CONNECTION', 'client_refused', 'waiting', 'Turn on authentication'],
      // Its words are those for an unknown recipient.
      [
        'relaying',
        'plain',
        { message: { to: 'carol@elsewhere.test' } },
        'recipient',
        'RECIPIENT',
        'recipient_refused',
        'failed',
        'Check the address',
      ],
      [
        'the sender',
        'policy',
        { config: { fromAddress: 'blocked@lab.test' } },
        'sender',
        'SENDER',
        'sender_refused',
        'waiting',
        'Change the From address',
      ],
    ],
  });
});
