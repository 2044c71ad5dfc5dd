import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleEnvironment, shareBundle } from './components-bundle.js';

const main = fileURLToPath(new URL('../../example-app/dist/main.js', import.meta.url));

/**
 * Starts the example app in a separate process, on free ports.
 * @param {{ dataDir?: string, env?: Record<string, string>, uid?: number }} [options] `dataDir` is kept; without it, a temporary folder is used
 */
export async function startExampleApp({ dataDir, env, uid } = {}) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_example-`)));
  const bundle = join(folder, 'adminjs-dist');
  const own = { NODE_OPTIONS: '', PORT: '0', INBOX_SMTP_PORT: '0', EXAMPLE_DATA_DIR: folder };
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...own, ...bundleEnvironment(bundle), ...env },
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
  await shareBundle(bundle);
  return {
    /** Without a trailing slash. */
    url,
    dataDir: folder,
    /** Returns its output so far. */
    output: () => output,
    /** Returns the mails in its inbox, newest first. */
    mails: async () => /** @type {import('../../lib/testing/index.js').InboxMail[]} */ (await (await fetch(`${url}/inbox.json`)).json()),
    startInbox: () => fetch(`${url}/inbox/start`, { method: 'POST' }),
    /** Stops the inbox's server, so that nothing can be sent. */
    stopInbox: () => fetch(`${url}/inbox/stop`, { method: 'POST' }),
    /** Stops it like a service manager and resolves to its exit code. */
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      process.off('exit', kill);
      if (!dataDir) await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}
