import { afterEach } from '@jest/globals';
import { type ScriptedServer, type ServerScript, startServer } from './smtp-servers.js';

/** Returns a function that starts a server, and closes its servers after each test. */
export function useServer(): (script?: ServerScript) => Promise<ScriptedServer> {
  const servers: ScriptedServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (script) => {
    const server = await startServer(script);
    servers.push(server);
    return server;
  };
}
