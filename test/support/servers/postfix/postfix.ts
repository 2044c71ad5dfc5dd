import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryHome, findAccountIds } from '../../services/shell.js';
import { startDaemon, writeConfig } from '../daemon.js';
import { findLibraries, findPorts, findUnpacked, writeCertificates } from '../environment.js';
import { startLostDovecot } from '../dovecot.js';
import { startGreylist } from '../greylist.js';
import { LISTENERS, LOGIN, type MailServer, readerOf } from '../mail-server.js';
import { startMilter } from '../milter.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Without SMTPUTF8, Postfix takes every byte in an address. */
export const POSTFIX_LISTENERS = LISTENERS.filter((listener) => listener !== 'asciiOnly');

/** Starts Postfix with its own queue. */
export async function startPostfix(): Promise<MailServer> {
  const root = findUnpacked('TEST_POSTFIX');
  const { folder, remove } = createTemporaryHome([]);
  const config = join(folder, 'config');
  const mail = join(folder, 'mail');
  const helpers = await Promise.all([startGreylist(), startMilter(), startLostDovecot()]);
  const [greylist, shield, dovecot] = helpers.map(({ port }) => port) as [number, number, number];
  const stopHelpers = () => {
    for (const helper of helpers) helper.stop();
  };
  try {
    const ports = await findPorts();
    writeConfig(here, config, { ...ports, root, folder, config, mail, greylist, shield, dovecot });
    const certificates = await writeCertificates(folder);
    makeFolders(folder);
    const libraries = findLibraries(root);
    const env = {
      PATH: process.env.PATH,
      MAIL_CONFIG: config,
      LD_LIBRARY_PATH: [join(root, 'usr/lib/postfix'), libraries].join(':'),
      SASL_PATH: join(libraries, 'sasl2'),
    };
    addLogin(root, folder, env);
    const setup = { file: join(root, 'usr/lib/postfix/sbin/master'), args: ['-d'], cwd: folder, env };
    const start = () => startDaemon({ ...setup, port: ports.starttls, log: join(folder, 'log') });
    let daemon = await start();
    return {
      ports,
      certificates,
      readMail: readerOf(join(mail, 'all')),
      restart: async () => {
        await daemon.stop('SIGKILL');
        daemon = await start();
      },
      stop: async () => {
        await daemon.stop();
        stopHelpers();
        remove();
      },
    };
  } catch (error) {
    stopHelpers();
    remove();
    throw error;
  }
}

const QUEUES = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'private', 'saved', 'trace'];

/** Makes what `postfix start` would make. */
function makeFolders(folder: string): void {
  const owner = findAccountIds('mail')!.uid;
  const group = findAccountIds('games')!.gid;
  chmodSync(folder, 0o755);
  const make = (name: string, uid: number, gid: number, mode: number) => {
    const path = join(folder, name);
    mkdirSync(path);
    chownSync(path, uid, gid);
    chmodSync(path, mode);
  };
  make('queue', 0, 0, 0o755);
  for (const name of QUEUES) make(`queue/${name}`, owner, 0, 0o700);
  make('queue/pid', 0, 0, 0o755);
  make('queue/maildrop', owner, group, 0o730);
  make('queue/public', owner, group, 0o710);
  make('data', owner, 0, 0o700);
  const { uid, gid } = findAccountIds('nobody')!;
  make('mail', uid, gid, 0o700);
}

/** Stores the login in a database for Cyrus SASL. */
function addLogin(root: string, folder: string, env: NodeJS.ProcessEnv): void {
  const database = join(folder, 'sasldb2');
  const [user, realm] = LOGIN.username.split('@') as [string, string];
  execFileSync(join(root, 'usr/sbin/saslpasswd2'), ['-p', '-c', '-f', database, '-u', realm, user], { env, input: LOGIN.password });
  chownSync(database, findAccountIds('mail')!.uid, 0);
}
