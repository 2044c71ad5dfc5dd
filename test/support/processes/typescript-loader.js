import { register } from 'node:module';

// For processes of their own (`node --import`): they run the same sources as the tests, without a build.
register(new URL('./typescript-hooks.js', import.meta.url));
