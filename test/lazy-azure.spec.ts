import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inbox, startInbox } from '../lib/testing/index.js';
import { type TestProcess, startProcess } from './support/processes/start-process.js';

describe('An application that uses only SMTP', () => {
  let folder: string;
  let inbox: Inbox;
  let host: TestProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smtp_only_'));
    inbox = await startInbox();
    const database = { type: 'better-sqlite3', database: join(folder, 'test.sqlite') };
    host = await startProcess(new URL('./support/smtp-only.process.ts', import.meta.url), database);
  });
  afterAll(async () => {
    host.kill('SIGKILL');
    await host.exited;
    await inbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('starts, tests and sends without loading a module of Azure', async () => {
    const { port, ca: caCertificate, username, password } = inbox;
    const send = { name: 'main', host: 'localhost', port, caCertificate, username, password, fromAddress: 'a@b.c', isDefault: true };
    expect(await host.ask({ send })).toEqual({ reply: expect.stringMatching(/^250/), ok: true });
    expect(inbox.mails.map(({ subject }) => subject)).toContain('SMTP only');
  });

  it.each(['@azure/identity', '@microsoft/microsoft-graph-client', '@azure/keyvault-secrets'])('fails if it loads %s', async (load) => {
    await expect(host.ask({ load })).rejects.toThrow(`${load} was loaded.`);
  });
});
