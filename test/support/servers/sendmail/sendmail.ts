import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraries, findUnpacked } from '../environment.js';
import { LISTENERS, LOGIN, type MailServer } from '../mail-server.js';
import { startMilter } from '../milter.js';
import { startInRoot } from '../server-root.js';

const PROGRAM = '/usr/libexec/sendmail/sendmail';
/** Sendmail checks the name in EHLO only with the recipient, counts no messages, always tells its size limit, and asks for certificates without refusing. */
const LACKS = ['heloAtOnce', 'sizeUnannounced', 'rate', 'clientCertificate', 'saslDown', 'saslLost'];
export const SENDMAIL_LISTENERS = LISTENERS.filter((listener) => !LACKS.includes(listener));
const SASL = ['sasldb', 'plain', 'login', 'crammd5'];

/** Starts Sendmail, one for each way in, with a queue of their own. */
export async function startSendmail(): Promise<MailServer> {
  const unpacked = findUnpacked('TEST_SENDMAIL');
  const libraries = findLibraries(unpacked);
  const plugins = SASL.map((name) => `${libraries.slice(unpacked.length)}/sasl2/lib${name}.so`);
  const [milter, greylist] = await Promise.all([startMilter(), startMilter({ defersFirst: true })]);
  const stopMilters = () => {
    milter.stop();
    greylist.stop();
  };
  const started = startInRoot({
    variable: 'TEST_SENDMAIL',
    config: { from: new URL('.', import.meta.url), to: 'etc/mail' },
    values: { listeners: SENDMAIL_LISTENERS.join(' ') },
    programs: [PROGRAM, '/bin/sh', '/bin/cat', '/bin/mv', ...plugins],
    accounts: { smmta: 64_004, smmsp: 64_005, daemon: 1 },
    folders: { queue: 'root', run: 'root', bin: 'root', 'etc/sasl2': 'root', mail: 'nobody', 'mail/new': 'nobody', 'mail/tmp': 'nobody' },
    prepare: (folder, ports) => {
      const mail = (name: string) => join(folder, 'etc/mail', name);
      const env = { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries, SASL_PATH: join(libraries, 'sasl2') };
      const use = (file: string, args: string[], input = '') =>
        execFileSync(join(unpacked, file), args, { env, input, stdio: 'pipe', maxBuffer: 1e7 });
      renameSync(mail('deliver'), join(folder, 'bin/deliver'));
      for (const script of [join(folder, 'bin/deliver'), mail('start')]) chmodSync(script, 0o755);
      // It relays for the name `localhost`.
      writeFileSync(join(folder, 'etc/hosts'), '127.0.0.1 client.example\n');
      writeFileSync(mail('service.switch'), 'hosts files\n');
      for (const listener of SENDMAIL_LISTENERS) {
        const values = { LISTENER: listener, PORT: ports[listener], MILTER: milter.port, GREYLIST: greylist.port };
        const defined = Object.entries(values).map(([name, value]) => `-D${name}=${value}`);
        const rules = join(unpacked, 'usr/share/sendmail/cf');
        const made = use('usr/bin/m4', [`-D_CF_DIR_=${rules}/`, ...defined, `${rules}/m4/cf.m4`, mail('sendmail.mc')]).toString();
        // Relays for this machine otherwise.
        writeFileSync(mail(`${listener}.cf`), made.replace(/^R127\.0\.0\.1.*\n/m, ''));
        const limit = listener === 'client' ? 'Connect:127.0.0.1\tREJECT\n' : listener === 'connections' ? 'ClientConn:\t1\n' : '';
        const access = listener === 'policy' ? readFileSync(mail('access'), 'utf8') : limit;
        use('usr/libexec/sendmail/makemap', ['-C', mail(`${listener}.cf`), 'hash', mail(`access.${listener}`)], access);
      }
      const [user, realm] = LOGIN.username.split('@') as [string, string];
      use('usr/sbin/saslpasswd2', ['-p', '-c', '-f', join(folder, 'etc/sasldb2'), '-u', realm, user], LOGIN.password);
      const sasl = ['pwcheck_method: auxprop', 'auxprop_plugin: sasldb', 'sasldb_path: /etc/sasldb2', 'mech_list: PLAIN LOGIN CRAM-MD5'];
      writeFileSync(join(folder, 'etc/sasl2/Sendmail.conf'), `${sasl.join('\n')}\n`);
    },
    command: ['/bin/sh', '/etc/mail/start'],
  });
  try {
    const server = await started;
    return {
      ...server,
      stop: async () => {
        await server.stop();
        stopMilters();
      },
    };
  } catch (error) {
    stopMilters();
    throw error;
  }
}
