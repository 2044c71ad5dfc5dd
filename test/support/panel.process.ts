import './admin-environment.js';
import 'reflect-metadata';
import { serveParent } from './processes/serve-parent.js';

const { startAdminApp } = await import('./admin-app.js');
const { createHostResource } = await import('./host-resource.js');
const app = await startAdminApp('sqlite', {}, { adminJsOptions: { rootPath: '/admin', resources: [createHostResource()] } });

serveParent(async (request: 'url' | 'stop') => {
  if (request === 'url') return app.url;
  await app.close();
  return null;
});
