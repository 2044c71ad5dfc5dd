import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateCa, type Inbox, type InboxMail, startInbox } from 'nestjs-adminjs-smtp/testing';
import { dataDir, inboxLogin, inboxPort, keptSecret } from './settings.js';

const folder = join(dataDir, 'inbox');

/** Creates the certificate, which is kept so that configurations still trust its CA after a restart. */
async function makeCertificate(): Promise<string> {
  const ca = await createPrivateCa('Example inbox CA');
  return JSON.stringify(await ca.issue());
}

/** The example's own SMTP server: STARTTLS with a private CA, a required login, and mail stored on disk. */
@Injectable()
export class InboxService implements OnModuleInit, OnApplicationShutdown {
  private inbox!: Inbox;
  private kept = 0;
  running = false;

  /** The settings for a configuration that sends to it. */
  get settings() {
    const { port, ca, username, password } = this.inbox;
    return { host: '127.0.0.1', port, ca, username, password };
  }

  /** Newest first. */
  get mails(): readonly InboxMail[] {
    return this.inbox.mails;
  }

  async onModuleInit(): Promise<void> {
    this.inbox = await startInbox({
      host: '127.0.0.1',
      port: inboxPort,
      security: 'starttls',
      auth: inboxLogin,
      certificate: JSON.parse(await keptSecret('inbox-certificate.json', makeCertificate)),
      mails: await this.load(),
      keep: (mail) => this.save(mail),
    });
    this.running = true;
  }

  async stop(): Promise<void> {
    await this.inbox.stop();
    this.running = false;
  }

  async start(): Promise<void> {
    await this.inbox.start();
    this.running = true;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.inbox?.close();
  }

  /** Stores a mail. The server sends its 250 only afterwards. */
  private async save(mail: InboxMail): Promise<void> {
    const file = join(folder, `${String(++this.kept).padStart(8, '0')}.json`);
    await writeFile(`${file}.part`, JSON.stringify(mail), { flush: true, mode: 0o600 });
    await rename(`${file}.part`, file);
  }

  /** Loads the stored mail, newest first. */ private async load(): Promise<InboxMail[]> {
    await mkdir(folder, { recursive: true });
    const files = (await readdir(folder))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .reverse();
    this.kept = Number.parseInt(files[0] ?? '0', 10);
    return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as InboxMail));
  }
}
