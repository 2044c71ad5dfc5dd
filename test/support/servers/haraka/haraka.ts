import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryHome } from '../../services/shell.js';
import { startDaemon, writeConfig } from '../daemon.js';
import { findPorts, findUnpacked, writeCertificates } from '../environment.js';
import { LISTENERS, LOGIN, type MailServer, readerOf, PROGRAMS } from '../mail-server.js';

/** Haraka has one certificate and one size for all ports, checks names in EHLO at once, and always offers PIPELINING and SMTPUTF8. */
const LACKS = [
  'helo',
  'size',
  'sizeUnannounced',
  'connections',
  'full',
  'asciiOnly',
  'noPipelining',
  'wrongName',
  'otherCa',
  'expired',
  ...PROGRAMS,
];
export const HARAKA_LISTENERS = LISTENERS.filter((listener) => !LACKS.includes(listener));

/** Starts Haraka, with a plugin for its mailboxes and restrictions. */
export async function startHaraka(): Promise<MailServer> {
  const program = join(findUnpacked('TEST_HARAKA'), 'node_modules/Haraka/bin/haraka');
  const { folder, remove } = createTemporaryHome([]);
  try {
    const ports = await findPorts();
    const mail = join(folder, 'mail');
    for (const name of ['new', 'tmp']) mkdirSync(join(mail, name), { recursive: true });
    writeConfig(fileURLToPath(new URL('.', import.meta.url)), folder, { ...ports, ...LOGIN, mail });
    const certificates = await writeCertificates(folder);
    copyFileSync(join(folder, 'good.pem'), join(folder, 'config/good.pem'));
    const setup = { file: process.execPath, args: [program, '-c', folder], cwd: folder, env: { PATH: process.env.PATH } };
    const start = () => startDaemon({ ...setup, port: ports.starttls });
    let daemon = await start();
    return {
      ports,
      certificates,
      readMail: readerOf(mail),
      restart: async () => {
        await daemon.stop('SIGKILL');
        daemon = await start();
      },
      stop: async () => {
        await daemon.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
