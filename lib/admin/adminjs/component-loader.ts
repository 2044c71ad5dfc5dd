import { fileURLToPath } from 'node:url';
import { ComponentLoader, Router } from 'adminjs';
import { checkComponentsFolder } from './components-folder.js';

const COMPONENTS = [
  'SmtpConfigForm',
  'SmtpConfigShow',
  'SmtpConfigList',
  'SmtpConfigAction',
  'SmtpConfigPage',
  'SmtpActivityList',
  'SmtpActivityEdit',
  'SmtpMessageList',
  'SmtpMessageShow',
  'SmtpAuditList',
  'SmtpOverview',
  'SmtpDashboard',
] as const;

/** Registers the screens' components with AdminJS's component loader. @throws if it is missing or comes from another copy of adminjs */
export function addComponents(loader: ComponentLoader): void {
  if (!(loader instanceof ComponentLoader)) {
    throw new Error(
      loader
        ? 'createSmtpResources: "componentLoader" comes from another copy of adminjs. Install adminjs once ("npm ls adminjs" shows the copies).'
        : 'createSmtpResources: "componentLoader" is missing. Pass the ComponentLoader of your AdminJS options.',
    );
  }
  // Only in production the bundle is a file that Express serves. The router then contains its path.
  const bundle = Router.assets.find(({ path }) => path.endsWith('components.bundle.js'))?.src;
  if (process.env.NODE_ENV === 'production') checkComponentsFolder(bundle);
  for (const name of COMPONENTS) loader.add(name, fileURLToPath(new URL(`../components/${name}`, import.meta.url)));
}
