import type { AdminModuleOptions } from '@adminjs/nestjs';
import type { SessionOptions } from 'express-session';
import { dataDir, keptSecret } from './settings.js';

const password = 'password';
const admins = [
  { email: 'admin@example.com', role: 'ADMINISTRATION_MANAGER' },
  { email: 'viewer@example.com', role: 'VIEWER' },
];

interface SignInContext {
  req: { session: { regenerate(done: (error?: Error) => void): void } };
}

const secret = await keptSecret('session-secret');

// Sessions are kept in memory here. A real host uses a session store, and `secure: true` behind HTTPS.
const sessionOptions: SessionOptions = {
  secret,
  resave: false,
  saveUninitialized: false,
  cookie: { httpOnly: true, sameSite: 'lax', maxAge: 8 * 60 * 60 * 1000 },
};

/** The example's AdminJS options, before the mail screens are added. */
export const adminOptions: AdminModuleOptions = {
  adminJsOptions: { rootPath: '/admin', resources: [], branding: { companyName: 'Example', withMadeWithLove: false } },
  auth: {
    async authenticate(email: string, typed: string, context: SignInContext) {
      const admin = admins.find((candidate) => candidate.email === email && typed === password);
      if (!admin) return null;
      // AdminJS keeps the session id at sign-in, so an id planted before would be signed in, too.
      await new Promise<void>((resolve, reject) => context.req.session.regenerate((error) => (error ? reject(error) : resolve())));
      return admin;
    },
    cookieName: 'example-admin',
    cookiePassword: secret,
    maxRetries: 60,
  } as AdminModuleOptions['auth'],
  sessionOptions,
  // AdminJS parses uploads before it checks who is signed in. This panel accepts none.
  formidableOptions: { maxFileSize: 1, maxFieldsSize: 256 * 1024, maxFields: 200, multiples: false, uploadDir: dataDir },
};
