import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { signIn } from '../support/browser.js';
import { startExampleHost, UNREACHABLE } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { startTrickleProxy } from '../support/trickle-proxy.js';
import { createGate } from '../support/gate.js';
import { chooseKind, chooseSecurity, editPath, fill, NEW, openForm, save } from './pages/config-form.js';
import { openList } from './pages/config-list.js';
import { openEmailType } from './pages/email-types.js';
import { dialog, ends, escape, hasFocus, values } from './pages/page.js';
import { runTest, testPasses } from './pages/test-dialog.js';

let app: Awaited<ReturnType<typeof startExampleHost>>;
const pages = useSignedInPages(() => app.url);
/** The address of the panel behind a slow network. */
let slowUrl = '';
const slow = useSignedInPages(() => slowUrl);

beforeAll(async () => {
  app = await startExampleHost();
});
afterAll(() => app.stop());
afterEach(async () => {
  await pages.close();
  await app.reset();
});

/** Fills in a configuration that sends nothing. */
const fillUnreachable = async (page: Page, name: string): Promise<void> => {
  await chooseSecurity(page, 'none');
  await page.uncheck('#authRequired', { force: true });
  await fill(page, { name, host: UNREACHABLE.host, fromAddress: UNREACHABLE.fromAddress });
};
/** Holds POST requests until the gate is opened, and counts them. */
const holdBack = async (page: Page, url: string) => {
  const answer = createGate();
  let posts = 0;
  await page.route(url, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    posts++;
    await answer.opened;
    await route.continue();
  });
  return { answer: answer.open, posts: () => posts };
};
const listConfigs = async (): Promise<string[]> => (await app.configs.find()).map(({ name }) => name);

describe('A form under adverse conditions', () => {
  it('takes only the field to focus from its URL', async () => {
    const page = await pages.open();
    const evil = {
      host: 'evil.example',
      username: 'evil',
      password: 'evil',
      name: 'evil',
      fromAddress: 'e@vil.example',
      isDefault: 'true',
    };
    const query = new URLSearchParams(evil).toString();
    const prefixed = ['record.params.', 'params.', 'filters.'].map((prefix) => query.replaceAll(/(^|&)/g, `$1${prefix}`)).join('&');
    for (const hostile of [`?${query}`, `?${prefixed}`, `#${query}`, `#host=evil.example`, `?${query}#host`]) {
      await page.goto('about:blank');
      await openForm(page, NEW + hostile);
      expect(await values(page, 'host', 'username', 'password', 'name', 'fromAddress', 'port')).toEqual(['', '', '', '', '', '587']);
      expect(await page.isChecked('#isDefault')).toBe(false);
    }
    await hasFocus(page, 'host');
    const id = (await app.configure({ name: 'mine' })).id;
    await openForm(page, `${editPath(id)}?${query}`);
    expect(await values(page, 'host', 'name', 'fromAddress')).toEqual(['10.0.0.7', 'mine', 'shop@example.com']);
    await openForm(page, `${editPath(id)}#port`);
    await hasFocus(page, 'port');
    await page.reload();
    await hasFocus(page, 'port');
  });

  it('lets an admin keep or discard changes when another admin saves first', async () => {
    const { id } = await app.configure({ name: 'shared' });
    const [one, other] = [await pages.open(), await pages.open()];
    for (const how of ['keep', 'drop'] as const) {
      await openForm(one, editPath(id));
      await openForm(other, editPath(id));
      await other.fill('#fromName', `Theirs, ${how}`);
      await save(other);
      await one.fill('#signature', `Mine, ${how}`);
      await one.click('#save');
      await one.waitForSelector('[data-testid=stale]');
      expect((await app.configs.findOne(id))!.signature).toBe(how === 'keep' ? null : 'Mine, keep');
      await one
        .getByRole('button', { name: how === 'keep' ? 'Reload and keep my changes' : 'Reload and discard my changes', exact: true })
        .click();
      await one.waitForSelector('[data-testid=stale]', { state: 'detached' });
      expect(await values(one, 'fromName', 'signature')).toEqual([`Theirs, ${how}`, 'Mine, keep']);
      await save(one);
    }
    expect(await app.configs.findOne(id)).toMatchObject({ fromName: 'Theirs, drop', signature: 'Mine, keep' });
  });

  it('keeps entered values when the configuration is deleted, and saves them as a new one', async () => {
    const { id } = await app.configure({ name: 'doomed' });
    const page = await pages.open();
    await openForm(page, editPath(id));
    await app.configs.remove(id);
    await runTest(page);
    await page.locator(dialog).getByText('This record no longer exists').waitFor();
    await page.keyboard.press('Escape');
    await page.fill('#fromName', 'Typed');
    await page.click('#save');
    await page.getByTestId('summary').getByText('someone deleted this configuration while you were editing it').waitFor();
    expect(await page.textContent('body')).not.toContain('Record of given id');
    expect(await values(page, 'name', 'fromName')).toEqual(['doomed', 'Typed']);
    expect(await page.textContent('#save')).toBe('Save');
    await page.click('#save');
    await page.waitForURL((url) => ends('/edit')(url) && !url.pathname.includes(id));
    await page.waitForSelector('[data-testid=status-panel]');
    expect(await values(page, 'name', 'fromName')).toEqual(['doomed', 'Typed']);
    expect(await listConfigs()).toEqual(['doomed', 'inbox']);
  });

  it('reports that the configuration of a row or a page was deleted', async () => {
    const { id } = await app.configure({ name: 'doomed' });
    const page = await pages.open();
    await openList(page);
    await page.waitForSelector('[data-name=doomed]');
    await app.configs.remove(id);
    await page.getByRole('button', { name: 'Actions for doomed' }).click();
    await page.click('[data-action=delete]');
    await page.getByRole('button', { name: 'Yes, delete it' }).click();
    await page.locator(dialog).getByText('This record no longer exists').waitFor();
    await page.goto(editPath(id));
    await page.getByText('Configuration not found').first().waitFor();
    expect(await page.textContent('body')).not.toContain('Record of given id');
  });

  it('keeps entered values when the session ends, and saves them after a login in another tab', async () => {
    const { id } = await app.configure({ name: 'session' });
    const page = await pages.open();
    await openForm(page, editPath(id));
    await page.fill('#fromName', 'Typed');
    await page.context().clearCookies();
    await page.click('#save');
    await page.getByTestId('summary').getByText('Sign in again in another tab').waitFor();
    expect([page.url(), ...(await values(page, 'fromName'))]).toEqual([app.url + editPath(id), 'Typed']);
    expect((await app.configs.findOne(id))!.fromName).toBeNull();
    const tab = await page.context().newPage();
    await signIn(tab, app.url);
    await page.bringToFront();
    await save(page);
    expect((await app.configs.findOne(id))!.fromName).toBe('Typed');
  });

  it('creates one configuration, however often Save is pressed while the panel is slow', async () => {
    const page = await pages.open();
    for (const [name, press] of [
      ['clicked', () => page.dblclick('#save')],
      [
        'entered',
        async () => {
          await page.focus('#host');
          for (let time = 0; time < 3; time++) await page.keyboard.press('Enter');
        },
      ],
    ] as const) {
      await openForm(page);
      await fillUnreachable(page, name);
      const saves = await holdBack(page, '**/SmtpConfig/actions/new');
      await press();
      await page.waitForSelector('#save[aria-disabled=true]');
      await page.click('#save', { force: true });
      expect(await values(page, 'name')).toEqual([name]);
      saves.answer();
      await page.waitForURL(ends('/edit'));
      await page.waitForSelector('[data-testid=status-panel]');
      await page.waitForSelector('#save:not([aria-disabled])');
      expect(saves.posts()).toBe(1);
      await page.unroute('**/SmtpConfig/actions/new');
    }
    expect(await listConfigs()).toEqual(['clicked', 'entered', 'inbox']);
  });

  it('works with a panel that answers byte by byte', async () => {
    const proxy = await startTrickleProxy(app.url);
    slowUrl = proxy.url;
    try {
      const { id } = await app.configure({ name: 'trickled' });
      const page = await slow.open();
      await openList(page);
      await page.getByRole('link', { name: 'trickled', exact: true }).click();
      await page.waitForSelector('#fromName');
      await page.fill('#fromName', 'Typed');
      await page.dblclick('#save');
      await page.getByText('Saved', { exact: true }).first().waitFor();
      expect(await app.configs.findOne(id)).toMatchObject({ fromName: 'Typed', version: 2 });
      await openForm(page, editPath(app.inboxId));
      await runTest(page);
      await testPasses(page);
    } finally {
      await slow.close();
      await proxy.close();
    }
  });

  it('reports that the panel is unreachable, keeps entered values, and saves them on retry', async () => {
    const { id } = await app.configure({ name: 'offline' });
    const page = await pages.open();
    await openForm(page, editPath(id));
    await page.fill('#fromName', 'Typed');
    await page.context().setOffline(true);
    await page.click('#save');
    await page.getByTestId('summary').getByText('Couldn’t reach the admin panel.').waitFor();
    await page.context().setOffline(false);
    await save(page);
    expect((await app.configs.findOne(id))!.fromName).toBe('Typed');
  });

  it('starts one test, however often its button is pressed, and changes nothing that is saved', async () => {
    const inbox = (await app.configs.findOne(app.inboxId))!;
    const page = await pages.open();
    await openForm(page, editPath(app.inboxId));
    const tests = await holdBack(page, '**/test');
    await page.click('#testConnection');
    await page.getByRole('button', { name: 'Send test email' }).dblclick();
    await page.locator(dialog).getByRole('button', { name: 'Stop' }).waitFor();
    tests.answer();
    await testPasses(page);
    expect(tests.posts()).toBe(1);
    expect((await app.configs.findOne(app.inboxId))!.version).toBe(inbox.version);
  });

  it('works by keyboard: Enter saves from a text field, but not from a list or several lines, and Esc closes and restores the focus', async () => {
    const { id } = await app.configure({ name: 'keys' });
    const page = await pages.open();
    let posts = 0;
    page.on('request', (request) => (posts += Number(request.method() === 'POST' && request.url().endsWith('/edit'))));
    await openForm(page, editPath(id));
    await page.fill('#signature', 'one');
    await page.press('#signature', 'Enter');
    await page.keyboard.type('two');
    await page.fill('#cc', 'boss@example.com');
    await page.press('#cc', 'Enter');
    await page.press('#cc', 'Enter');
    expect([posts, await page.inputValue('#signature')]).toEqual([0, 'one\ntwo']);
    await page.focus('#fromName');
    await page.keyboard.press('Enter');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect(posts).toBe(1);
    expect(await app.configs.findOne(id)).toMatchObject({ signature: 'one\ntwo', cc: ['boss@example.com'] });
    await hasFocus(page, 'fromName');

    await page.focus('#testConnection');
    await page.keyboard.press('Enter');
    await page.waitForSelector(dialog);
    await escape(page);
    await hasFocus(page, 'testConnection');

    await openList(page);
    const dots = page.getByRole('button', { name: 'Actions for keys' });
    await dots.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await hasFocus(page, 'Actions for keys');
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForSelector(dialog);
    await escape(page);
    await hasFocus(page, 'Actions for keys');
    expect(await listConfigs()).toEqual(['inbox', 'keys']);
  });

  it('has Tab stops in visual order, without a trap', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.focus('#provider');
    const order: string[] = [];
    for (let press = 0; press < 60; press++) {
      order.push(await page.evaluate('document.activeElement.id || document.activeElement.tagName'));
      if (order.at(-1) === 'save') break;
      await page.keyboard.press('Tab');
    }
    const fields = [
      'provider',
      'host',
      'port',
      'username',
      'password',
      'fromName',
      'fromAddress',
      'replyTo',
      'signature',
      'cc',
      'bcc',
      'name',
      'isDefault',
      'testConnection',
      'save',
    ];
    expect(order.filter((id) => fields.includes(id))).toEqual(fields);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.closest('form') === null`)).toBe(true);
  });

  it('A2.9 A3.32 has a help text for each field, and marks required fields', async () => {
    const page = await pages.open();
    const helpless = `[...document.querySelectorAll('form :is(input:not([type=radio]), select, textarea)[name]')].filter((control) =>
      !(control.getAttribute('aria-describedby') ?? '').split(' ').some((id) => id.endsWith('-help') && document.getElementById(id)?.textContent.trim())
      && control.name !== 'copyActivities').map((control) => control.name)`;
    const { id } = await app.configure({ name: 'helped' });
    for (const path of [NEW, editPath(id)]) {
      await openForm(page, path);
      expect([path, await page.evaluate(helpless)]).toEqual([path, []]);
    }
    await openEmailType(page, 'invoice');
    expect(await page.evaluate(helpless)).toEqual([]);
    await openForm(page);
    await chooseKind(page, 'Microsoft 365 (MS Graph)');
    await page.waitForSelector('#tenantId');
    expect(await page.evaluate(helpless)).toEqual([]);
    for (const field of ['name', 'tenantId', 'clientId', 'username']) {
      expect(await page.getAttribute(`#${field}`, 'aria-required')).toBe('true');
      expect(await page.evaluate(`getComputedStyle(document.querySelector('#${field}')).borderLeftWidth`)).toBe('2px');
    }
  });
});
