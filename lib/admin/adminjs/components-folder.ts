import { join, resolve, sep } from 'node:path';

/**
 * AdminJS reads this once, while it is imported, so this file comes before it. Its own default, `.adminjs`, is a
 * dot folder, which Express 5 does not serve: in production no custom component would load.
 */
process.env.ADMIN_JS_TMP_DIR ??= 'adminjs-dist';

/** @throws when AdminJS would serve its component bundle from below a dot folder, in which Express 5 finds nothing. */
export function checkComponentsFolder(bundle: string | undefined): void {
  const folder = resolve(bundle ?? join(process.env.ADMIN_JS_TMP_DIR!, 'bundle.js'));
  const hidden = folder.split(sep).find((segment) => segment.startsWith('.') && segment.length > 1);
  if (hidden === undefined) return;
  throw new Error(
    `AdminJS would serve its components from ${folder}; Express 5 serves nothing below "${hidden}". ` +
      'Set the environment variable ADMIN_JS_TMP_DIR to a folder without a leading dot before adminjs is imported.',
  );
}
