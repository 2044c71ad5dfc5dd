import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LISTENERS, LOGIN, type MailServer, PROGRAMS } from '../mail-server.js';
import { startInRoot } from '../server-root.js';

const TOOLS = '/usr/libexec/opensmtpd';

/** OpenSMTPD's limits are the same for all ports. It has neither rate limits nor greylisting without a filter in another process. */
const LACKS = ['helo', 'content', 'size', 'sizeUnannounced', 'greylisting', 'rate', 'connections', 'full', ...PROGRAMS];
export const OPENSMTPD_LISTENERS = LISTENERS.filter((listener) => !LACKS.includes(listener));

/** Starts OpenSMTPD with its own queue. It ends each session after 100 messages. */
export function startOpensmtpd(): Promise<MailServer> {
  return startInRoot({
    variable: 'TEST_OPENSMTPD',
    config: { from: new URL('.', import.meta.url), to: 'etc' },
    programs: ['/usr/sbin/smtpd', `${TOOLS}/mail.maildir`, `${TOOLS}/encrypt`, '/bin/sh'],
    accounts: { opensmtpd: 64_002, opensmtpq: 64_003 },
    folders: {
      'etc/ssl/certs': 'root',
      run: 'root',
      'var/run': 'root',
      'var/spool': 'root',
      'var/lib/opensmtpd/empty': 'root',
      mail: 'nobody',
    },
    prepare: (folder) => {
      // It does not start without well-known authorities.
      copyFileSync(join(folder, 'ca.pem'), join(folder, 'etc/ssl/certs/ca-certificates.crt'));
      const hash = execFileSync('chroot', [folder, `${TOOLS}/encrypt`, LOGIN.password], { encoding: 'utf8' }).trim();
      writeFileSync(join(folder, 'etc/logins'), `${LOGIN.username} ${hash}\n`);
    },
    command: ['/usr/sbin/smtpd', '-d'],
  });
}
