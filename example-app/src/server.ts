import { NestFactory } from '@nestjs/core';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import { InboxService } from './inbox.service.js';
import { httpPort } from './settings.js';

/** Starts the example and prints its URLs and credentials. */
export async function start(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['warn', 'error', 'fatal'], forceCloseConnections: true });
  // Exits with 0 when a service manager stops it.
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  await app.listen(httpPort, '127.0.0.1');

  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const { settings: smtp } = app.get(InboxService);
  console.log(`
Ready: http://localhost:${port}/admin
  Sign in as admin@example.com (full access) or viewer@example.com (read only); password for both: password
  Inbox: http://localhost:${port}/inbox, receiving on ${smtp.host}:${smtp.port} (STARTTLS, user ${smtp.username}, password ${smtp.password})
`);
}
