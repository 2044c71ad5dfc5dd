import { join, resolve, sep } from 'node:path';

/**
 * Sets AdminJS's folder. AdminJS reads the variable once, while it is imported, so this file must be imported first. Its default,
 * `.adminjs`, is a dot folder, which Express 5 does not serve: in production, no custom component would load.
 */
process.env.ADMIN_JS_TMP_DIR ??= 'adminjs-dist';

/** Checks AdminJS's folder. @throws if its component bundle is below a dot folder, from which Express 5 serves nothing */
export function checkComponentsFolder(bundle: string | undefined): void {
  const folder = resolve(bundle ?? join(process.env.ADMIN_JS_TMP_DIR!, 'bundle.js'));
  const hidden = folder.split(sep).find((segment) => segment.startsWith('.') && segment.length > 1);
  if (hidden === undefined) return;
  throw new Error(
    `AdminJS would serve its components from ${folder}; Express 5 serves nothing below "${hidden}". ` +
      'Set the environment variable ADMIN_JS_TMP_DIR to a folder without a leading dot before adminjs is imported.',
  );
}
