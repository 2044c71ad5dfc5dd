import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// While an image is built, the later database and data folder do not exist.
const scratch = await mkdtemp(join(tmpdir(), 'example-app-'));
process.env.EXAMPLE_DATA_DIR = scratch;
delete process.env.DATABASE_URL;
process.env.ADMIN_JS_TMP_DIR ??= 'adminjs-dist';

await import('./environment.js');
const { NestFactory } = await import('@nestjs/core');
const { AppModule } = await import('./app.module.js');
const { bundleComponents } = await import('./admin.js');

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error', 'fatal'] });
await bundleComponents();
await app.close();
await rm(scratch, { recursive: true });
