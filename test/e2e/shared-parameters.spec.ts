import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { InboxMail } from '../../lib/testing/index.js';
import { eventually } from '../support/eventually.js';
import { startExampleApp } from '../support/example-app.js';
import { signedInPages } from '../support/signed-in-pages.js';
import { startServer } from '../support/smtp-servers.js';

const LIST = '/admin/resources/SmtpConfig';
const dialog = 'dialog[open]';

let app: Awaited<ReturnType<typeof startExampleApp>>;
const pages = signedInPages(() => app.url);
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  app = await startExampleApp();
}, 60_000);
afterAll(() => app.stop());
afterEach(async () => {
  await pages.close();
  for (const close of closing.splice(0)) await close();
});

const call = async (page: Page, path: string, data?: object) => {
  const url = `${app.url}/admin/api/resources/SmtpConfig/${path}`;
  const answer = await (data ? page.request.post(url, { data, headers: { origin: app.url } }) : page.request.get(url));
  return (await answer.json()) as { record: { id: string }; records: { id: string; params: Record<string, unknown> }[] };
};
/** A configuration without encryption and login; answers with the address of its form. */
const create = async (page: Page, name: string, fields: object = {}): Promise<string> => {
  const { record } = await call(page, 'actions/new', {
    name,
    host: '10.0.0.7',
    port: 25,
    security: 'none',
    authRequired: false,
    fromAddress: 'shop@example.com',
    ...fields,
  });
  return `${LIST}/records/${record.id}/edit`;
};
const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(app.url + path);
  await page.waitForSelector('#name');
};
const save = async (page: Page): Promise<void> => {
  await page.click('#save');
  await page.getByText('Saved', { exact: true }).first().waitFor();
};
const sendTest = async (page: Page): Promise<void> => {
  await page.click('#testConnection');
  await page.getByRole('button', { name: 'Send test email' }).click();
  await page.waitForSelector('#testConnection[data-state=ok]');
};
const newestMail = async (): Promise<InboxMail> => ((await (await fetch(`${app.url}/inbox.json`)).json()) as InboxMail[])[0]!;
const ends = (path: string) => (url: URL) => url.pathname.endsWith(path);

describe('The parameters of a configuration in a browser', () => {
  it('A4.5 takes the ports mail is served on, and any other that one types', async () => {
    const page = await pages.open();
    const form = await create(page, 'ports');
    await open(page, form);
    for (const port of ['465', '587', '2525', '25']) {
      await page.fill('#port', port);
      await save(page);
      await page.reload();
      await page.waitForSelector('#port');
      expect(await page.inputValue('#port')).toBe(port);
    }
    for (const port of ['0', '65536', 'smtp']) {
      await page.fill('#port', port);
      await page.click('#save');
      await page.waitForSelector('#port[aria-invalid=true]');
    }
    const { records } = await call(page, 'actions/list');
    expect(records.find(({ params }) => params.name === 'ports')!.params.port).toBe(25);
  });

  it('A4.6 logs in with the user name and password while authentication is used, and not at all without it', async () => {
    const server = await startServer();
    closing.push(() => server.close());
    const page = await pages.open();
    const inbox = (await call(page, 'actions/list')).records.find(({ params }) => params.name === 'inbox')!;
    await open(page, `${LIST}/records/${inbox.id}/edit`);
    expect(await page.isChecked('#authRequired')).toBe(true);
    expect([await page.inputValue('#username'), await page.isVisible('#password')]).toEqual(['inbox@example.com', true]);
    await sendTest(page);
    expect(await newestMail()).toMatchObject({ auth: 'inbox@example.com', to: ['admin@example.com'] });

    await open(page, await create(page, 'anonymous', { host: server.host, port: server.port }));
    expect(await page.isChecked('#authRequired')).toBe(false);
    expect(await page.locator('#username, #password').count()).toBe(0);
    await sendTest(page);
    expect(server.bodies).toHaveLength(1);
    expect(server.commands.filter((command) => command.startsWith('AUTH'))).toEqual([]);
  });

  it('A4.9 saves with Update, asks before unsaved changes are lost, and loses them when one leaves all the same', async () => {
    const page = await pages.open();
    const form = await create(page, 'unsaved');
    await open(page, form);
    expect(await page.textContent('#save')).toBe('Update');
    await page.fill('#fromName', 'Kept');
    await save(page);

    await page.fill('#fromName', 'Lost');
    await page.getByRole('link', { name: 'SMTP configurations' }).first().click();
    await page.locator(dialog).getByText('Your changes to this configuration are not saved.').waitFor();
    await page.locator(dialog).getByRole('button', { name: 'Stay' }).click();
    await page.waitForSelector(dialog, { state: 'detached' });
    expect(await page.inputValue('#fromName')).toBe('Lost');

    await page.getByRole('link', { name: 'SMTP configurations' }).first().click();
    await page.locator(dialog).getByRole('button', { name: 'Discard' }).click();
    await page.waitForURL(ends('/SmtpConfig'));
    await open(page, form);
    expect(await page.inputValue('#fromName')).toBe('Kept');
  });

  it('A4.9 asks on the way back and forward through the history as well', async () => {
    const page = await pages.open();
    await create(page, 'history');
    await page.goto(app.url + LIST);
    await page.getByRole('link', { name: 'history', exact: true }).click();
    await page.waitForURL(ends('/edit'));
    await page.waitForSelector('#fromName');
    const address = page.url();
    await page.fill('#fromName', 'Typed');
    for (let time = 0; time < 2; time++) {
      await page.evaluate('history.back()');
      await page.locator(dialog).getByRole('button', { name: 'Stay' }).click();
      await page.waitForSelector(dialog, { state: 'detached' });
      expect([page.url(), await page.inputValue('#fromName')]).toEqual([address, 'Typed']);
    }
    await page.evaluate('history.back()');
    await page.locator(dialog).getByRole('button', { name: 'Discard' }).click();
    await page.waitForURL(ends('/SmtpConfig'));
    await page.waitForSelector('[data-name=history]');

    // Nothing is asked without changes.
    await page.evaluate('history.forward()');
    await page.waitForSelector('#fromName');
    expect(await page.inputValue('#fromName')).toBe('');
    await page.evaluate('history.back()');
    await page.waitForSelector('[data-name=history]');
    expect(await page.locator(dialog).count()).toBe(0);
  });

  it('A4.9 has the browser ask before the page itself is closed', async () => {
    const page = await pages.open();
    await open(page, await create(page, 'closed'));
    await page.fill('#fromName', 'Typed');
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    expect(await page.inputValue('#fromName')).toBe('Typed');
  });

  it('keeps the focus on the button that saved a new configuration', async () => {
    const page = await pages.open();
    await open(page, `${LIST}/actions/new`);
    await page.fill('#name', 'focused');
    await page.fill('#host', '10.0.0.7');
    await page.check('#security-none', { force: true });
    await page.fill('#fromAddress', 'shop@example.com');
    await page.focus('#save');
    await page.keyboard.press('Enter');
    await page.waitForURL(ends('/edit'));
    await page.getByRole('button', { name: 'Update' }).waitFor();
    await eventually(async () => expect(await page.evaluate('document.activeElement.id')).toBe('save'));
  });
});
