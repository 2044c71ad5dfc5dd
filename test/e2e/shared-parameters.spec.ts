import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { startExampleApp } from '../support/example-app.js';
import { UNREACHABLE } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { startServer } from '../support/smtp-servers.js';
import { chooseSecurity, editPath, fill, openForm, save, saveFailsAt } from './pages/config-form.js';
import { openList } from './pages/config-list.js';
import { dialog, dialogCloses, ends, focused, pressInDialog } from './pages/page.js';
import { runTest, testPasses } from './pages/test-dialog.js';

let app: Awaited<ReturnType<typeof startExampleApp>>;
const pages = useSignedInPages(() => app.url);
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  app = await startExampleApp();
}, 60_000);
afterAll(() => app.stop());
afterEach(async () => {
  await pages.close();
  for (const close of closing.splice(0)) await close();
});

/** Creates a configuration without encryption or login, and returns the path of its form. */
const create = async (page: Page, name: string, fields: object = {}): Promise<string> =>
  editPath(await pages.create(page, { name, ...UNREACHABLE, ...fields }));

describe('The parameters of a configuration in a browser', () => {
  it('A4.5 accept the usual mail ports and any other port', async () => {
    const page = await pages.open();
    const form = await create(page, 'ports');
    await openForm(page, form);
    for (const port of ['465', '587', '2525', '25']) {
      await page.fill('#port', port);
      await save(page);
      await page.reload();
      await page.waitForSelector('#port');
      expect(await page.inputValue('#port')).toBe(port);
    }
    for (const port of ['0', '65536', 'smtp']) {
      await page.fill('#port', port);
      await saveFailsAt(page, 'port');
    }
    const { records } = await pages.call(page, 'actions/list');
    expect(records.find(({ params }) => params.name === 'ports')!.params.port).toBe(25);
  });

  it('A4.6 log in with user name and password if authentication is on, and not without it', async () => {
    const server = await startServer();
    closing.push(() => server.close());
    const page = await pages.open();
    const inbox = (await pages.call(page, 'actions/list')).records.find(({ params }) => params.name === 'inbox')!;
    await openForm(page, editPath(inbox.id));
    expect(await page.isChecked('#authRequired')).toBe(true);
    expect([await page.inputValue('#username'), await page.isVisible('#password')]).toEqual(['inbox@example.com', true]);
    await runTest(page);
    await testPasses(page);
    expect((await app.mails())[0]).toMatchObject({ auth: 'inbox@example.com', to: ['admin@example.com'] });

    await openForm(page, await create(page, 'anonymous', { host: server.host, port: server.port }));
    expect(await page.isChecked('#authRequired')).toBe(false);
    expect(await page.locator('#username, #password').count()).toBe(0);
    await runTest(page);
    await testPasses(page);
    expect(server.bodies).toHaveLength(1);
    expect(server.commands.filter((command) => command.startsWith('AUTH'))).toEqual([]);
  });

  it('A4.9 are saved with Update, and a warning precedes the loss of unsaved changes', async () => {
    const page = await pages.open();
    const form = await create(page, 'unsaved');
    await openForm(page, form);
    expect(await page.textContent('#save')).toBe('Update');
    await page.fill('#fromName', 'Kept');
    await save(page);

    await page.fill('#fromName', 'Lost');
    await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'SMTP configurations' }).click();
    await page.locator(dialog).getByText('Your changes to this configuration are not saved.').waitFor();
    await pressInDialog(page, 'Stay');
    await dialogCloses(page);
    expect(await page.inputValue('#fromName')).toBe('Lost');

    await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'SMTP configurations' }).click();
    await page.locator(dialog).getByRole('button', { name: 'Discard' }).click();
    await page.waitForURL(ends('/SmtpConfig'));
    await openForm(page, form);
    expect(await page.inputValue('#fromName')).toBe('Kept');
  });

  it('A4.9 also warn when the admin goes back or forward in the history', async () => {
    const page = await pages.open();
    await create(page, 'history');
    await openList(page);
    await page.getByRole('link', { name: 'history', exact: true }).click();
    await page.waitForURL(ends('/edit'));
    await page.waitForSelector('#fromName');
    const address = page.url();
    await page.fill('#fromName', 'Typed');
    for (let time = 0; time < 2; time++) {
      await page.evaluate('history.back()');
      await pressInDialog(page, 'Stay');
      await dialogCloses(page);
      expect([page.url(), await page.inputValue('#fromName')]).toEqual([address, 'Typed']);
    }
    await page.evaluate('history.back()');
    await page.locator(dialog).getByRole('button', { name: 'Discard' }).click();
    await page.waitForURL(ends('/SmtpConfig'));
    await page.waitForSelector('[data-name=history]');

    // Without changes there is no warning.
    await page.evaluate('history.forward()');
    await page.waitForSelector('#fromName');
    expect(await page.inputValue('#fromName')).toBe('');
    await page.evaluate('history.back()');
    await page.waitForSelector('[data-name=history]');
    expect(await page.locator(dialog).count()).toBe(0);
  });

  it('A4.9 let the browser warn before the page is closed', async () => {
    const page = await pages.open();
    await openForm(page, await create(page, 'closed'));
    await page.fill('#fromName', 'Typed');
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    expect(await page.inputValue('#fromName')).toBe('Typed');
  });

  it('keep the focus on the button that saved a new configuration', async () => {
    const page = await pages.open();
    await openForm(page);
    await chooseSecurity(page, 'none');
    await fill(page, { name: 'focused', host: UNREACHABLE.host, fromAddress: UNREACHABLE.fromAddress });
    await page.focus('#save');
    await page.keyboard.press('Enter');
    await page.waitForURL(ends('/edit'));
    await page.getByRole('button', { name: 'Update' }).waitFor();
    await eventually(async () => expect(await focused(page)).toBe('save'));
  });
});
