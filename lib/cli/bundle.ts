import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Stopped, UsageError } from './usage.js';

/**
 * Bundles the components of the panel, and returns the folder. Needs no database and no other service.
 * @param argv the arguments after `bundle`
 * @throws UsageError for invalid arguments; Stopped if the bundle cannot be built
 */
export async function bundle(argv: string[]): Promise<string> {
  const { out, loader } = parse(argv);
  // AdminJS reads both during import, and bundles only in production.
  process.env.NODE_ENV = 'production';
  if (out !== undefined) process.env.ADMIN_JS_TMP_DIR = out;
  const { bundleComponents } = await imported(
    () => import('../admin/bundle.js'),
    'The panel cannot be loaded. Are adminjs and @adminjs/nestjs installed?',
  );
  const componentLoader = loader === undefined ? undefined : await ownLoader(loader);
  return imported(() => bundleComponents(componentLoader), 'The components cannot be bundled.');
}

function parse(argv: string[]): { out?: string; loader?: string } {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: argv, options: { out: text, loader: text } }).values;
  } catch {
    throw new UsageError('The command "bundle" has the options --out and --loader only.');
  }
}

/** Returns the component loader that a module of the application exports. */
async function ownLoader(file: string): Promise<never> {
  const module = await imported(
    () => import(pathToFileURL(resolve(file)).href) as Promise<Record<string, unknown>>,
    'The file of --loader cannot be loaded.',
  );
  const loader = module.componentLoader ?? module.default;
  if (!loader) throw new UsageError('The file of --loader must export "componentLoader", or it as the default.');
  return loader as never;
}

async function imported<T>(work: () => Promise<T>, what: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Stopped(`${what} ${(error as Error).message}`);
  }
}
