import { fileURLToPath } from 'node:url';
import { ComponentLoader, Router } from 'adminjs';
import { checkComponentsFolder } from './components-folder.js';

const COMPONENTS = [
  'SmtpConfigForm',
  'SmtpConfigList',
  'SmtpConfigAction',
  'SmtpConfigPage',
  'SmtpActivityList',
  'SmtpActivityEdit',
  'SmtpMessageList',
  'SmtpMessageShow',
  'SmtpOverview',
] as const;

/** Registers the screens' components with the loader of the AdminJS that shows them. @throws when it is not one. */
export function addComponents(loader: ComponentLoader): void {
  if (!(loader instanceof ComponentLoader)) {
    throw new Error(
      loader
        ? 'createSmtpResources: "componentLoader" comes from another copy of adminjs. Install adminjs once ("npm ls adminjs" shows the copies).'
        : 'createSmtpResources: "componentLoader" is missing. Give the ComponentLoader that is in your AdminJS options.',
    );
  }
  // Only in production the bundle is a file that Express serves; the router then names it.
  const bundle = Router.assets.find(({ path }) => path.endsWith('components.bundle.js'))?.src;
  if (process.env.NODE_ENV === 'production') checkComponentsFolder(bundle);
  for (const name of COMPONENTS) loader.add(name, fileURLToPath(new URL(`../components/${name}`, import.meta.url)));
}
