import 'reflect-metadata';
import { register } from 'node:module';
import type { DataSourceOptions } from 'typeorm';
import type { SmtpConfigInput } from '../../lib/index.js';
import { serveParent, readSetup } from './processes/serve-parent.js';

// From now on, loading a module of Azure fails.
register(new URL('./processes/no-azure-hooks.js', import.meta.url));

const { startSmtpApp } = await import('./smtp-app.js');
const app = await startSmtpApp(readSetup() as DataSourceOptions);

serveParent(async (request: { send: SmtpConfigInput } | { load: string }) => {
  if ('load' in request) return import(request.load).then(() => 'loaded');
  await app.configs.create(request.send);
  const { reply } = await app.mail.sendNow({ to: 'a@b.c', subject: 'SMTP only', text: 'Hello' });
  const { ok } = await app.configs.test((await app.configs.findDefault())!.id, { to: 'a@b.c' });
  return { reply, ok };
});
