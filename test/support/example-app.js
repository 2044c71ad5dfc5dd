import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../example-app/dist/main.js', import.meta.url));

/**
 * The example app as a process of its own, on free ports, with a data folder of its own.
 * @param {{ dataDir?: string, env?: Record<string, string>, uid?: number }} [options] a folder given is kept
 */
export async function startExampleApp({ dataDir, env, uid } = {}) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_example-`)));
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0', INBOX_SMTP_PORT: '0', EXAMPLE_DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    uid,
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.once('close', resolve));
  /** @type {string} */
  const url = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        const ready = /^Ready: (http:\S+)\/admin$/m.exec(output);
        if (ready?.[1]) resolve(ready[1]);
      });
    }
    void ended.then((code) => reject(new Error(`The example app ended with ${code}: ${output}`)));
  });
  return {
    /** Without a slash at its end. */
    url,
    dataDir: folder,
    /** Everything it printed so far. */
    output: () => output,
    /** What its inbox received, the newest first. */
    mails: async () => /** @type {import('../../lib/testing/index.js').InboxMail[]} */ (await (await fetch(`${url}/inbox.json`)).json()),
    startInbox: () => fetch(`${url}/inbox/start`, { method: 'POST' }),
    /** Stops the mail server, so that nothing can be sent. */
    stopInbox: () => fetch(`${url}/inbox/stop`, { method: 'POST' }),
    /** Ends it the way a service manager does; resolves to its exit code. */
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      process.off('exit', kill);
      if (!dataDir) await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}
