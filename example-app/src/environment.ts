import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { dataDir } from './settings.js';

// AdminJS reads both variables when it is first imported, so import this file before it.
process.env.NODE_ENV = 'production';
// The default, `.adminjs`, is never served: Express 5 responds with 404 for files below a folder that starts with a dot.
const hidden = dataDir.split(sep).some((segment) => segment.startsWith('.'));
process.env.ADMIN_JS_TMP_DIR ??= hidden ? join(tmpdir(), 'example-app-adminjs') : join(dataDir, 'adminjs-dist');
