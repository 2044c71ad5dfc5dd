import { describe } from '@jest/globals';
import { HARAKA_LISTENERS, startHaraka } from '../support/servers/haraka/haraka.js';
import { PLAIN } from '../support/servers/server-bench.js';
import { runServerTable } from './server-table.js';

describe('Haraka', () => {
  runServerTable(startHaraka, {
    listeners: HARAKA_LISTENERS,
    mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    differences: [
      ['no login', 'starttls', { config: { authRequired: false } }, 'sender', 'AUTH', 'auth_required', 'waiting', 'Turn on authentication'],
      // It offers a login without encryption to machines of the local network.
      ['no encryption for the login', 'starttls', { config: PLAIN }, 'sender', 'TLS', 'tls_required', 'waiting', 'Choose STARTTLS.'],
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
      ['this machine', 'client', {}, 'greeting', 'CONNECTION', 'client_refused', 'waiting', 'Turn on authentication'],
      // Ends the session with 450.
      [
        'the session, in the middle',
        'policy',
        { message: { to: 'closing@lab.test' } },
        'recipient',
        'RECIPIENT',
        'recipient_deferred',
        'retried',
        'Try again later.',
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
