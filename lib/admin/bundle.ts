// Must be first, because AdminJS reads its folder while it is imported.
import './adminjs/components-folder.js';
import { resolve } from 'node:path';
import { AdminJS, ComponentLoader } from 'adminjs';
import { addComponents } from './adminjs/component-loader.js';

/**
 * Bundles the components of the screens into the folder `ADMIN_JS_TMP_DIR`, for file systems that are read-only when the application
 * runs. AdminJS does nothing unless NODE_ENV is `production`.
 * @param componentLoader has the application's own components
 * @returns the folder
 */
export async function bundleComponents(componentLoader: ComponentLoader = new ComponentLoader()): Promise<string> {
  addComponents(componentLoader);
  await new AdminJS({ componentLoader }).initialize();
  return resolve(process.env.ADMIN_JS_TMP_DIR!);
}
