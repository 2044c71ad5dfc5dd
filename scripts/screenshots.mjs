// Takes the screenshots of the README from the running example app.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  MailLogService,
  MailService,
  SmtpActivityService,
  SmtpConfigService,
  SmtpModule,
  SmtpMessage,
  smtpEntities,
} from '../dist/index.js';
import { startInbox } from '../dist/testing/index.js';
import { launchBrowser, signIn } from '../test/support/browser.js';
import { findZoneAtNoon } from '../test/support/clock.js';
import { startExampleApp } from '../test/support/example-app.js';
import { provideChromium } from '../test/support/services/chromium.js';

const images = new URL('../docs/images/', import.meta.url);
await mkdir(images, { recursive: true });

// At noon, the mail of the last hours was sent today.
process.env.TZ = findZoneAtNoon();
const example = await startExampleApp();
process.env.CHROMIUM_PATH = await provideChromium();
const browser = await launchBrowser({ viewport: { width: 1440, height: 860 }, deviceScaleFactor: 2, timezoneId: process.env.TZ });
try {
  const page = await browser.context.newPage();
  await signIn(page, example.url);

  const { records } = await api('actions/list');
  const [inbox] = records;
  await api(`records/${inbox.id}/test`, { to: 'admin@example.com' });
  await api('actions/new', {
    name: 'newsletters',
    host: 'smtp.example.com',
    username: 'news@example.com',
    password: 'not-used',
    fromName: 'Example News',
  });
  await api('actions/new', {
    name: 'legacy_relay',
    host: '10.0.0.7',
    security: 'none',
    port: '25',
    authRequired: 'false',
    fromAddress: 'ops@example.com',
  });

  await page.setViewportSize({ width: 1440, height: 560 });
  await page.goto(`${example.url}/admin/resources/SmtpConfig`);
  await page.getByText('legacy_relay').waitFor();
  await take('list.png');

  await page.setViewportSize({ width: 1440, height: 1240 });
  await page.goto(`${example.url}/admin/resources/SmtpConfig/records/${inbox.id}/edit`);
  await page.getByRole('button', { name: 'Test connection' }).waitFor();
  await take('form.png');

  await page.setViewportSize({ width: 1100, height: 800 });
  await page.fill('#password', 'mistyped');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByRole('button', { name: 'Send test email' }).click();
  await page.waitForSelector('[data-step=auth][data-ok=false]');
  await page.locator('[data-step=tls] summary').first().click();
  await take('test.png');
  // Restores the form, so that leaving the page needs no confirmation.
  await page.keyboard.press('Escape');
  await page.fill('#password', '');

  const graph = await api('actions/new', {
    name: 'billing',
    type: 'ms_graph',
    username: 'billing@example.com',
    tenantId: 'example.onmicrosoft.com',
    clientId: '11111111-2222-4333-8444-555555555555',
    clientSecret: 'not-used',
    fromName: 'Example Billing',
  });
  await page.setViewportSize({ width: 1440, height: 1240 });
  await page.goto(`${example.url}/admin/resources/SmtpConfig/records/${graph.record.id}/edit`);
  await page.getByRole('button', { name: 'Test connection' }).waitFor();
  await take('graph.png');
  await api(`records/${graph.record.id}/delete`, {});

  await page.setViewportSize({ width: 1000, height: 620 });
  await page.goto(`${example.url}/admin/resources/SmtpConfig/records/${inbox.id}/edit`);
  await page.getByRole('button', { name: 'Add password' }).click();
  await page.selectOption('#inputType', { label: 'Secrets of this application' });
  await page.getByRole('option', { name: 'Password of the inbox' }).click();
  await page.getByText('Readable', { exact: true }).waitFor();
  await page.locator('#secretValue').click();
  await page.waitForSelector('#secretValue-list:visible');
  await take('secret.png');

  await fillMailLog();
  await page.setViewportSize({ width: 1440, height: 930 });
  await page.goto(`${example.url}/admin/resources/SmtpMessage`);
  await page.getByText('newsletters has been failing').waitFor();
  await page.getByText('Sent 4 today').waitFor();
  await take('log.png');

  await fillWeek();
  await page.setViewportSize({ width: 1440, height: 1060 });
  await page.goto(`${example.url}/admin/resources/SmtpOverview`);
  await page.getByText('newsletters is failing.').waitFor();
  await take('overview.png');

  /** Stores a week of mail that varies by time of day, nearly all of it sent. */
  async function fillWeek() {
    const database = join(example.dataDir, 'example.sqlite');
    const dataSource = await new DataSource({ type: 'better-sqlite3', database, entities: smtpEntities }).initialize();
    const messages = dataSource.getRepository(SmtpMessage);
    const sent = await messages.findOneByOrFail({ status: 'sent' });
    const now = Date.now();
    for (let hour = 1; hour < 168; hour += 1) {
      const from = now - hour * 3_600_000;
      const isDay = Math.abs(new Date(from).getHours() - 13) < 7;
      const count = Math.round((isDay ? 60 : 8) * (1 + 0.4 * Math.sin(hour * 2.3)));
      const rows = Array.from({ length: count }, (_, number) => {
        const createdAt = new Date(from + Math.round((number / count) * 3_500_000));
        const time = createdAt.getTime().toString(16).padStart(12, '0');
        const status = (hour * 31 + number) % 97 === 0 ? 'failed' : 'sent';
        return {
          ...sent,
          id: `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`,
          status,
          createdAt,
          availableAt: createdAt,
          sentAt: createdAt,
        };
      });
      await messages.insert(rows);
    }
    await dataSource.destroy();
  }

  /** Queues various mail through a second host on the example's database; the example sends it. */
  async function fillMailLog() {
    const strict = await startInbox({
      refuse: (_stage, address) => (address.startsWith('jon@') ? '550 5.1.1 no such user here' : undefined),
    });
    const host = await NestFactory.createApplicationContext(
      {
        module: class Host {},
        imports: [
          TypeOrmModule.forRoot({
            type: 'better-sqlite3',
            database: join(example.dataDir, 'example.sqlite'),
            entities: smtpEntities,
            retryAttempts: 0,
          }),
          SmtpModule.forRoot({
            encryption: { current: 'k1', keys: { k1: readFileSync(join(example.dataDir, 'encryption-key'), 'utf8') } },
            activities: [{ key: 'invoice' }, { key: 'password_reset', sensitive: true }, { key: 'newsletter' }],
            delivery: { run: false },
          }),
        ],
      },
      { logger: false },
    );
    try {
      const { port, ca, username, password } = strict;
      const config = {
        name: 'transactional',
        host: 'localhost',
        port,
        caCertificate: ca,
        username,
        password,
        fromAddress: 'shop@example.com',
      };
      await host.get(SmtpConfigService).create(config);
      const [newsletters] = await host.get(SmtpConfigService).find({ filters: { name: 'newsletters' } });
      await host.get(SmtpActivityService).assign('newsletter', newsletters.id);
      const mail = host.get(MailService);
      const log = host.get(MailLogService);
      /** @param {number} minutes @param {object} message @param {string} status */
      const queue = async (minutes, message, status) => {
        const queued = await mail.send({ text: 'Hello', to: 'anna@example.org', ...message });
        while ((await log.findOne(queued.id)).status !== status) await new Promise((resolve) => setTimeout(resolve, 50));
        // Backdates the message.
        const earlier = minutes * 60_000;
        await host
          .get(DataSource)
          .query('UPDATE smtp_message SET created_at = created_at - ?, sent_at = sent_at - ? WHERE id = ?', [earlier, earlier, queued.id]);
      };
      const tomorrow = new Date(Date.now() + 86_400_000);
      await queue(52, { subject: 'Welcome to Example', to: 'jon@example.net', config: 'transactional' }, 'failed');
      await queue(47, { subject: 'Your invoice 1040', activity: 'invoice' }, 'sent');
      await queue(
        31,
        { subject: 'Minutes of the meeting', to: ['anna@example.org', 'jon@example.net'], config: 'transactional' },
        'partially_sent',
      );
      await queue(18, { subject: 'secret', activity: 'password_reset', to: 'ben@example.org' }, 'sent');
      await queue(12, { subject: 'Your trial ends tomorrow', to: 'cleo@example.org', sendAt: tomorrow }, 'queued');
      await queue(6, { subject: 'Your invoice 1041', activity: 'invoice', to: 'dora@example.org' }, 'sent');
      await queue(3, { subject: 'What is new in November', activity: 'newsletter', to: ['eli@example.org', 'fay@example.org'] }, 'queued');
      while ((await log.failing()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await host.close();
      await strict.close();
    }
  }

  /** @param {string} path @param {Record<string, string>} [form] */
  async function api(path, form) {
    const url = `${example.url}/admin/api/resources/SmtpConfig/${path}`;
    const response = form ? await page.request.post(url, { form, headers: { Origin: example.url } }) : await page.request.get(url);
    const answer = await response.json();
    if (answer.notice?.type === 'error')
      throw new Error(`${path}: ${JSON.stringify(answer.notice)} ${JSON.stringify(answer.record?.errors)}`);
    return answer;
  }

  /** @param {string} name */
  async function take(name) {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: fileURLToPath(new URL(name, images)), animations: 'disabled' });
  }
} finally {
  await browser.close();
  await example.stop();
}
