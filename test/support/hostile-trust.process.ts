import 'reflect-metadata';
import type { DataSourceOptions } from 'typeorm';
import { makeIssuerCycle, type KeyUsage } from './authorities.js';
import { eventually } from './eventually.js';
import { serveParent, readSetup } from './processes/serve-parent.js';
import { startSmtpApp } from './smtp-app.js';
import { startServer } from './smtp-servers.js';

const moduleOptions = { delivery: { pollEveryMs: 50, reconnectEveryMs: 200 } };

/** Makes the application trust authorities that name each other as issuer, wherever it connects. */
serveParent(async (options: { usage?: KeyUsage }) => {
  const { authorities, server: tls } = await makeIssuerCycle(options);
  const server = await startServer({ tls });
  const { port } = server;
  const caCertificate = authorities.join('\n');
  const to = { to: 'a@example.com' };
  const input = {
    name: 'hostile',
    host: 'localhost',
    port,
    security: 'starttls',
    username: 'a@example.com',
    password: 'x',
    caCertificate,
    isDefault: true,
  } as const;
  const database = readSetup() as DataSourceOptions;
  let app = await startSmtpApp(database, moduleOptions);

  const detected = await app.configs.detectSecurity({ host: 'localhost', port, caCertificate });
  const chain = await app.configs.fetchCertificates({ host: 'localhost', port, security: 'starttls', caCertificate });
  const draft = await app.configs.testDraft(input, to);
  const { id } = await app.configs.create(input);
  const stored = await app.configs.test(id, to);
  const queue = async (): Promise<string> => {
    const queued = await app.mail.send({ ...to, subject: 'Queued', text: 'Hello' });
    const messageId = queued.status === 'queued' ? queued.id : '';
    return eventually(async () => {
      const status = (await app.log.findOne(messageId))?.status ?? '';
      if (status !== 'sent') throw new Error(`It is ${status}.`);
      return status;
    });
  };
  const first = await queue();
  await app.close();
  // Restarts, because a saved configuration must not freeze the next process.
  app = await startSmtpApp(database, moduleOptions);
  const second = await queue();
  await app.close();
  await server.close();
  return { detected: detected.security, isTrusted: chain.isTrusted, draft: draft.ok, stored: stored.ok, first, second };
});
