import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { type AdminApp, startAdminApp } from '../support/admin-app.js';
import { eventually } from '../support/eventually.js';
import type { SmtpModuleOptions } from '../../lib/index.js';

/** The first minutes of a team with the package. */
describe('A new application', () => {
  let app: AdminApp | undefined;
  afterEach(() => app?.close());
  const warnings = (words: string): string[] => app!.logged.filter((line) => line.includes(words));

  describe('whose first admin', () => {
    const start = async (admin: object, options: SmtpModuleOptions = {}) => {
      const auth = { authenticate: async () => admin as never, cookieName: 'admin', cookiePassword: 'a password for tests only' };
      app = await startAdminApp('sqlite', options, { auth });
      const { get } = await app.signIn('first@example.com');
      await app.signIn('second@example.com');
      return get;
    };

    it('has no role is told which role is missing and which option decides, once in the log and on the first screens', async () => {
      const get = await start({ email: 'first@example.com' });
      expect(warnings('may not change mail settings')).toEqual([
        expect.stringMatching(/neither "role" nor "roles" .*"authenticate".*"ADMINISTRATION_MANAGER".*"access\.manage"/),
      ]);
      const { raw } = await get('/resources/SmtpConfig');
      expect(raw).toContain('"manageRoles":["ADMINISTRATION_MANAGER"]');
    });

    it('is refused by a function is told so', async () => {
      const get = await start({ email: 'first@example.com', role: 'ADMINISTRATION_MANAGER' }, { access: { manage: () => false } });
      expect(warnings('may not change mail settings')).toEqual([expect.stringMatching(/the function in the option "access\.manage"/)]);
      const { raw } = await get('/resources/SmtpConfig');
      expect(raw).toContain('"manageRoles":null');
    });

    it('has the role is told nothing', async () => {
      await start({ email: 'first@example.com', role: 'ADMINISTRATION_MANAGER' });
      expect(warnings('may not change mail settings')).toEqual([]);
    });
  });

  describe('in a process', () => {
    let others: NodeJS.SignalsListener[];
    beforeEach(() => {
      others = process.listeners('SIGTERM');
      process.removeAllListeners('SIGTERM');
    });
    afterEach(() => {
      process.removeAllListeners('SIGTERM');
      for (const listener of others) process.on('SIGTERM', listener);
    });

    it('that nothing stops in order is told to enable the shutdown hooks', async () => {
      app = await startAdminApp('sqlite');
      await eventually(() => expect(warnings('app.enableShutdownHooks()')).toHaveLength(1));
    });

    it.each<[string, SmtpModuleOptions, boolean]>([
      ['that handles SIGTERM', {}, true],
      ['that delivers nothing', { delivery: { run: false } }, false],
    ])('%s is told nothing', async (_case, options, handles) => {
      app = await startAdminApp('sqlite', options);
      // Right after it listens, as some applications do.
      if (handles) process.on('SIGTERM', () => undefined);
      await pause(1_500);
      expect(warnings('app.enableShutdownHooks()')).toEqual([]);
    });
  });
});
