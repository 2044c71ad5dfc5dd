import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of the run's bundle; undefined outside of a run, as in scripts. */
const shared = process.env.TEST_RUN && join(tmpdir(), `smtp_test_${process.env.TEST_RUN}_bundle`);

/**
 * Returns the environment in which AdminJS serves the components' bundle that an earlier host of this run built, or builds one into
 * `folder`. All hosts have the same components, and bundling them takes 10 seconds of processor time (measured).
 * @param {string} folder
 */
export function bundleEnvironment(folder) {
  if (shared && existsSync(shared)) return { ADMIN_JS_TMP_DIR: shared, ADMIN_JS_SKIP_BUNDLE: 'true' };
  return { ADMIN_JS_TMP_DIR: folder };
}

/**
 * Lets later hosts of this run serve the bundle that was built into `folder`.
 * @param {string} folder
 */
export async function shareBundle(folder) {
  if (!shared || existsSync(shared) || !existsSync(join(folder, 'bundle.js'))) return;
  const copy = await mkdtemp(`${shared}-`);
  await cp(folder, copy, { recursive: true });
  // Fails if another host was faster, whose bundle is the same.
  await rename(copy, shared).catch(() => undefined);
}
