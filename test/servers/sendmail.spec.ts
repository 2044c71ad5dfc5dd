import { describe } from '@jest/globals';
import { PLAIN } from '../support/servers/server-bench.js';
import { SENDMAIL_LISTENERS, startSendmail } from '../support/servers/sendmail/sendmail.js';
import { runServerTable } from './server-table.js';

describe('Sendmail', () => {
  runServerTable(startSendmail, {
    listeners: SENDMAIL_LISTENERS,
    mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    differences: [
      ['no login', 'starttls', { config: { authRequired: false } }, 'sender', 'AUTH', 'auth_required', 'waiting', 'Turn on authentication'],
      // It asks for the login first.
      [
        'no encryption on a port with STARTTLS',
        'starttls',
        { config: PLAIN },
        'sender',
        'AUTH',
        'auth_required',
        'waiting',
        'Turn on authentication',
      ],
      // Without encryption, it offers CRAM-MD5.
      ['no encryption for the login'],
      [
        'a sender that the login may not use',
        'starttls',
        { config: { fromAddress: 'other@lab.test' } },
        'sender',
        'SENDER',
        'sender_not_allowed',
        'waiting',
        'Use the account’s own From address',
      ],
      ['this machine', 'client', {}, 'sender', 'CONNECTION', 'client_refused', 'waiting', 'Turn on authentication'],
      // It says: Proper authentication required.
      [
        'relaying',
        'plain',
        { message: { to: 'carol@elsewhere.test' } },
        'recipient',
        'AUTH',
        'auth_required',
        'waiting',
        'Turn on authentication',
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
