import { register } from 'node:module';

// For separate processes (`node --import`), which run the sources without a build, like the tests.
register(new URL('./typescript-hooks.js', import.meta.url));
