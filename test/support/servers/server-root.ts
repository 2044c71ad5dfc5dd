import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryHome } from '../services/shell.js';
import { startDaemon, writeConfig } from './daemon.js';
import { findLibraries, findPorts, findUnpacked, type ServerVariable, writeCertificates } from './environment.js';
import { type Listener, LOGIN, type MailServer, readerOf } from './mail-server.js';

/** The accounts that every server may use, by name; each has a group of its own. */
const ACCOUNTS = { root: 0, mail: 8, nobody: 65_534 };

export interface RootSetup {
  variable: ServerVariable;
  /** The folder with the configuration, and its place in the root. */
  config: { from: URL; to: string };
  /** Further values of the configuration. */
  values?: Record<string, string | number>;
  /** The programs that the server starts, of its packages or of this machine. */
  programs: string[];
  /** The accounts of its package. */
  accounts: Record<string, number>;
  /** Its folders, each with the account that owns it. `mail` is the Maildir for all messages. */
  folders: Record<string, string>;
  /** The account that reads the certificates. @default 'root' */
  certificateOwner?: string;
  /** Prepares what the configuration does not hold. */
  prepare?(folder: string, ports: Record<Listener, number>): void;
  /** The server in the foreground. */
  command: string[];
  log?: string;
}

/**
 * Starts a server that expects its files and accounts in fixed places, with chroot in a folder that has nothing but them.
 */
export async function startInRoot(setup: RootSetup): Promise<MailServer> {
  const unpacked = findUnpacked(setup.variable);
  const { folder, remove } = createTemporaryHome([]);
  try {
    const ports = await findPorts();
    makeRoot(folder, unpacked, setup);
    writeConfig(fileURLToPath(setup.config.from), join(folder, setup.config.to), { ...ports, ...LOGIN, ...setup.values });
    const certificates = await writeCertificates(folder, accountsOf(setup)[setup.certificateOwner ?? 'root']);
    setup.prepare?.(folder, ports);
    const log = setup.log && join(folder, setup.log);
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
    const start = () => startDaemon({ file: 'chroot', args: [folder, ...setup.command], cwd: folder, env, port: ports.starttls, log });
    let daemon = await start();
    return {
      ports,
      certificates,
      readMail: readerOf(join(folder, 'mail')),
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

const accountsOf = ({ accounts }: RootSetup): Record<string, number> => ({ ...ACCOUNTS, ...accounts });

function makeRoot(folder: string, unpacked: string, setup: RootSetup): void {
  chmodSync(folder, 0o755);
  for (const name of ['dev', 'etc', 'tmp']) mkdirSync(join(folder, name));
  chmodSync(join(folder, 'tmp'), 0o1777);
  execFileSync('mknod', ['-m', '666', join(folder, 'dev/null'), 'c', '1', '3']);
  execFileSync('mknod', ['-m', '666', join(folder, 'dev/urandom'), 'c', '1', '9']);
  const accounts = accountsOf(setup);
  const lines = (line: (name: string, id: number) => string) =>
    Object.entries(accounts)
      .map(([name, id]) => `${line(name, id)}\n`)
      .join('');
  writeFileSync(
    join(folder, 'etc/passwd'),
    lines((name, id) => `${name}:x:${id}:${id}::/:/bin/sh`),
  );
  writeFileSync(
    join(folder, 'etc/group'),
    lines((name, id) => `${name}:x:${id}:`),
  );
  writeFileSync(join(folder, 'etc/hosts'), '127.0.0.1 localhost mail.lab.test\n');
  for (const [name, owner] of Object.entries(setup.folders)) {
    mkdirSync(join(folder, name), { recursive: true });
    chownSync(join(folder, name), accounts[owner]!, accounts[owner]!);
  }
  for (const program of setup.programs) {
    const from = [join(unpacked, program), program].find((file) => existsSync(file))!;
    copy(from, join(folder, program));
    for (const library of listLibraries(unpacked, from)) {
      copy(library, join(folder, library.startsWith(unpacked) ? library.slice(unpacked.length) : library));
    }
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  // Also setuid.
  chmodSync(to, statSync(from).mode);
}

/** Returns the paths of the libraries of a program, its loader included. */
function listLibraries(unpacked: string, program: string): string[] {
  const env = { PATH: process.env.PATH, LD_LIBRARY_PATH: findLibraries(unpacked) };
  const lines = execFileSync('ldd', [program], { env, encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(?:^\s*|=> )(\/\S+) \(/.exec(line)?.[1] ?? []);
}
