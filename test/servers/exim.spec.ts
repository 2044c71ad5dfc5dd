import { describe } from '@jest/globals';
import { EXIM_LISTENERS, startExim } from '../support/servers/exim/exim.js';
import { runServerTable } from './server-table.js';

describe('Exim', () => {
  runServerTable(startExim, {
    listeners: EXIM_LISTENERS,
    mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    differences: [
      ['no login', 'starttls', { config: { authRequired: false } }, 'sender', 'AUTH', 'auth_required', 'waiting', 'Turn on authentication'],
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
      ['this machine', 'client', {}, 'greeting', 'CONNECTION', 'session_refused', 'waiting', 'This machine’s IP address may be blocked.'],
      [
        'a full mailbox',
        'policy',
        { message: { to: 'quota@lab.test' } },
        'recipient',
        'RECIPIENT',
        'mailbox_full',
        'retried',
        'The recipient has to make room first.',
      ],
      // An ACL cannot end the session with 421.
      ['the session, in the middle'],
      [
        'the sender',
        'policy',
        { config: { fromAddress: 'blocked@lab.test' } },
        'sender',
        'SENDER',
        'sender_domain',
        'waiting',
        'Check the spelling of the From address',
      ],
    ],
  });
});
