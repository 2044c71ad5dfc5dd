import { afterEach } from '@jest/globals';
import { type ScriptedServer, type ServerScript, startServer } from './smtp-servers.js';
import { startStrictServer, type StrictScript, type StrictServer } from './strict-server.js';

/** Returns a function that starts a scripted server, and closes its servers after each test. */
export const useServer = (): ((script?: ServerScript) => Promise<ScriptedServer>) => closeAfterEach(startServer);

/** Returns a function that starts a strict server, and closes its servers after each test. */
export const useStrictServer = (): ((script?: StrictScript) => Promise<StrictServer>) => closeAfterEach(startStrictServer);

function closeAfterEach<S, T extends { close(): Promise<void> }>(start: (script?: S) => Promise<T>): (script?: S) => Promise<T> {
  const servers: T[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (script) => {
    const server = await start(script);
    servers.push(server);
    return server;
  };
}
