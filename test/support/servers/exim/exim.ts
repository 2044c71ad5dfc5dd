import { LISTENERS, type MailServer, PROGRAMS } from '../mail-server.js';
import { startInRoot } from '../server-root.js';

const PROGRAM = '/usr/sbin/exim4';

/**
 * Exim has one limit of disk space for all ports, and always says how large a message may be. Without SMTPUTF8, it takes every byte in
 * an address.
 */
const LACKS = ['full', 'sizeUnannounced', 'asciiOnly', ...PROGRAMS];
export const EXIM_LISTENERS = LISTENERS.filter((listener) => !LACKS.includes(listener));

/** Starts Exim with its own queue. */
export function startExim(): Promise<MailServer> {
  return startInRoot({
    variable: 'TEST_EXIM',
    config: { from: new URL('.', import.meta.url), to: 'etc/exim4' },
    programs: [PROGRAM],
    accounts: { 'Debian-exim': 64_001 },
    folders: { spool: 'mail', log: 'mail', mail: 'nobody' },
    certificateOwner: 'mail',
    command: [PROGRAM, '-bdf', '-q1m'],
    log: 'log/mainlog',
  });
}
