import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { type PanelResponse, reportWriter } from '../../lib/admin/adminjs/report-writer.js';

it('aborts for a request that ended before its test started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const call = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, headers: { accept: 'application/x-ndjson' } });
  call.on('error', () => undefined);
  call.end();
  const [, response] = await asked;
  const isThere = reportWriter(response as PanelResponse).signal.aborted;
  call.destroy();
  await once(response, 'close');
  const { signal } = reportWriter(response as PanelResponse);
  server.close();
  expect(isThere).toBe(false);
  expect(signal.aborted).toBe(true);
});
