import type { AbstractLoader } from '@adminjs/nestjs';
import { Injectable, Logger, type Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type AdminJS from 'adminjs';
import { requestLimits } from './request-limits.js';
import { returnAfterSignIn } from './return-after-sign-in.js';
import { handleUnknownTarget } from './unknown-target.js';

type Register = AbstractLoader['register'];
type Layer = object;

/** AdminJS's own loader. Imported on use, because an application that builds its panel by hand may not have it installed. */
@Injectable()
class OwnLoader {
  async register(...[admin, adapter, options]: Parameters<Register>): Promise<void> {
    const { ExpressLoader } = await import('@adminjs/nestjs');
    if (adapter.getType() === 'express') await new ExpressLoader().register(admin, adapter, options);
  }
}

/**
 * Wraps a `customLoader`: waits for the bundle of the components, and adds {@link requestLimits} and {@link returnAfterSignIn} in front
 * of the panel. AdminJS moves its panel to the front of the application, so the application's middleware would run too late.
 * @param Loader the application's own `customLoader`
 */
export function limitedLoader(Loader: Type<AbstractLoader> = OwnLoader): Type<AbstractLoader> {
  const Base = Loader as Type<{ register(...values: Parameters<Register>): unknown }>;
  @Injectable()
  class LimitedLoader extends Base {
    override async register(...[admin, adapter, options]: Parameters<Register>): Promise<void> {
      const before = new Set(layersOf(adapter));
      const bundle = watchBundle(admin);
      await super.register(admin, adapter, options);
      await bundle();
      const layers = layersOf(adapter);
      const panel = layers.filter((layer) => !before.has(layer));
      if (panel.length === 0) return warn();
      const { rootPath } = admin.options;
      const limits = addLayer(adapter, rootPath, requestLimits({ ...options.formidableOptions }));
      const returns = addLayer(adapter, rootPath, returnAfterSignIn(admin.options));
      const unknown = addLayer(adapter, rootPath, handleUnknownTarget(admin));
      layers.splice(layers.indexOf(panel[0]!), 0, limits, returns);
      layers.splice(layers.indexOf(panel.at(-1)!) + 1, 0, unknown);
    }
  }
  return LimitedLoader;
}

/**
 * Returns a function that waits for the bundle of the components, which AdminJS starts and does not wait for: until then, the screens
 * would be missing. @throws if it cannot be built
 */
function watchBundle(admin: AdminJS): () => Promise<void> {
  const initialize = admin.initialize.bind(admin);
  let bundle: Promise<void> | undefined;
  admin.initialize = () => {
    bundle ??= initialize();
    // AdminJS would end the process.
    return bundle.catch(() => undefined);
  };
  return async () => {
    try {
      await bundle;
    } catch (cause) {
      const { message } = cause as Error;
      throw new Error(
        `AdminJS could not bundle the components of the panel: ${message}. Set the environment variable ADMIN_JS_TMP_DIR to a folder that the process can write to, or create the bundle with "npx nestjs-adminjs-smtp bundle" when you build the application.`,
        { cause },
      );
    }
  };
}

const layersOf = (adapter: AbstractHttpAdapter): Layer[] => adapter.getInstance<{ router?: { stack?: Layer[] } }>().router?.stack ?? [];

/** Creates a layer of Express, without leaving it at the end of the stack. */
function addLayer(adapter: AbstractHttpAdapter, path: string, handler: unknown): Layer {
  adapter.getInstance<{ use(path: string, handler: unknown): void }>().use(path, handler);
  return layersOf(adapter).pop()!;
}

function warn(): void {
  new Logger('SmtpAdmin').warn(
    'The panel has no request limits, because its loader added nothing to Express. Add requestLimits() in front of it, or limit requests in your proxy.',
  );
}
