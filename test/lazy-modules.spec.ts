import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestProcess, startProcess } from './support/processes/start-process.js';

describe('The modules of Azure', () => {
  let host: TestProcess;
  beforeAll(async () => {
    host = await startProcess(new URL('./support/loaded-modules.process.ts', import.meta.url), {});
  });
  afterAll(async () => {
    host.kill('SIGKILL');
    await host.exited;
  });

  it('are not loaded when an application starts, even one with a source in a Key Vault', async () => {
    expect(await host.ask('start')).toEqual([]);
    expect(await host.ask('choose')).toEqual([]);
  });

  it('are loaded when a secret is read', async () => {
    expect(await host.ask('read')).toContain('@azure/keyvault-secrets');
  });
});
