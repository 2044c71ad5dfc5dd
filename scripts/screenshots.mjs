// Takes the pictures of the README from the running example app.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchBrowser, signIn } from '../test/support/browser.js';
import { startExampleApp } from '../test/support/example-app.js';
import { provideChromium } from '../test/support/services/chromium.js';

const images = new URL('../docs/images/', import.meta.url);
await mkdir(images, { recursive: true });

const example = await startExampleApp();
process.env.CHROMIUM_PATH = await provideChromium();
const browser = await launchBrowser({ viewport: { width: 1440, height: 860 }, deviceScaleFactor: 2 });
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
