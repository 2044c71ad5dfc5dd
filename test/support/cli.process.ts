import { register } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { serveParent } from './processes/serve-parent.js';

// A separate process, to see which packages the command line loads.
const { port1, port2 } = new MessageChannel();
const loaded: string[] = [];
port1.on('message', (url: string) => loaded.push(url));
port1.unref();
register('./processes/loaded-modules-hooks.js', import.meta.url, { data: { port: port2 }, transferList: [port2] });

serveParent(async (argv: string[]) => {
  process.argv.splice(2, Infinity, ...argv);
  await import('../../lib/cli/main.js');
  // The hooks run in a separate thread, whose messages arrive asynchronously.
  for (let i = 0; i < 20; i++) await turn();
  const { exitCode } = process;
  process.exitCode = 0;
  return {
    exitCode,
    packages: [...new Set(loaded.flatMap((url) => /node_modules\/((?:@[\w-]+\/)?[\w-]+)\//.exec(url)?.[1] ?? []))].sort(),
  };
});
