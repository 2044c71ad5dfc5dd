import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { eventually } from '../support/eventually.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { chooseKind, editPath, fill, openForm, save, saveNew } from './pages/config-form.js';
import { dialog, dialogCloses, fitsWidth, focused, invalid, press, values } from './pages/page.js';
import { failsAt, runTest, testPasses } from './pages/test-dialog.js';

let host: Awaited<ReturnType<typeof startScreensHost>>;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost({ activities: [{ key: 'invoice', label: 'Invoices' }] });
}, 120_000);
afterAll(() => host.stop());
afterEach(() => pages.close());

const inbox = () => ({ host: 'localhost', port: host.smtpPort, ...LOGIN, fromName: 'Acme', fromAddress: 'no-reply@acme.io' });
const hasName = (page: Page, name: string): Promise<void> => eventually(async () => expect(await page.inputValue('#name')).toBe(name));
/** The height of the whole page: AdminJS scrolls an element inside it. */
const PAGE_HEIGHT = `Math.max(...[...document.querySelectorAll('*')].map((element) => element.scrollHeight))`;
/** The fields in the order in which they are shown. */
const ORDER = `[...document.querySelectorAll('form [name]')].map(({ name }) => name).filter((name, at, all) => all.indexOf(name) === at)`;
const borders = (page: Page, field: string): Promise<string[]> =>
  page.evaluate(`(({ borderLeft, borderTop }) => [borderLeft, borderTop])(getComputedStyle(document.querySelector('#${field}')))`);

describe('The form of a configuration', () => {
  it('asks for the server first, then the login, the sender, the copies and the name', async () => {
    const page = await pages.open();
    await openForm(page);
    const order: string[] = await page.evaluate(ORDER);
    const expected = ['type', 'provider', 'host', 'port', 'security', 'caCertificate', 'authRequired', 'username', 'password'];
    const rest = [
      'fromName',
      'fromAddress',
      'replyTo',
      'signature',
      'cc',
      'bcc',
      'name',
      'isDefault',
      'enabled',
      'maxConnections',
      'description',
    ];
    expect(order.filter((name) => [...expected, ...rest].includes(name))).toEqual([...expected, ...rest]);
  });

  it.each([
    ['a new one', false],
    ['a saved one', true],
  ])('shows %s of a plain SMTP server in less than 1,800 pixels at 1440', async (_what, isSaved) => {
    const page = await pages.open(undefined, { viewport: { width: 1440, height: 900 } });
    if (isSaved) await openForm(page, editPath(await pages.create(page, { name: 'plain', ...inbox() })));
    else await openForm(page);
    await page.waitForSelector(isSaved ? '[data-testid=waiting]' : '#isDefault');
    expect(await page.evaluate(PAGE_HEIGHT)).toBeLessThan(1800);
  });

  it('has a single button for the test', async () => {
    const page = await pages.open();
    await openForm(page, editPath(await pages.create(page, { name: 'tested', ...inbox() })));
    expect(await page.getByRole('button', { name: /^test/i }).count()).toBe(1);
    expect(await page.getByRole('link', { name: /^test/i }).count()).toBe(0);
  });

  it('shows the status beside the fields on a wide screen, and above them on a narrow one', async () => {
    const page = await pages.open(undefined, { viewport: { width: 1440, height: 900 } });
    await openForm(page, editPath(await pages.create(page, { name: 'wide', ...inbox() })));
    const boxes = async () => Promise.all(['aside', 'form'].map(async (part) => (await page.locator(part).boundingBox())!));
    const [panel, form] = await boxes();
    expect(panel!.x).toBeGreaterThanOrEqual(form!.x + form!.width);
    for (const width of [768, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await fitsWidth(page);
      const [above, below] = await boxes();
      expect(above!.y + above!.height).toBeLessThanOrEqual(below!.y);
      expect(await findAccessibilityProblems(page)).toEqual([]);
    }
  });

  it('A2.9 marks a required field calmly, and a refused one with an outline, an icon and a sentence', async () => {
    const page = await pages.open();
    await openForm(page);
    const [left, top] = await borders(page, 'host');
    expect(left).toMatch(/^2px solid rgb\((1[5-9]\d|2\d\d), ?\d{1,2}, ?\d{1,2}\)/);
    expect(top).not.toContain(left!.replace('2px solid ', ''));
    await page.locator('form > p', { hasText: 'Required' }).waitFor();
    await page.click('#save');
    await page.waitForSelector(invalid('host'));
    const [, refused] = await borders(page, 'host');
    expect(refused).toContain(left!.replace('2px solid ', ''));
    expect(await page.textContent('#host-error')).toMatch(/^✗ Enter the host name/);
  });

  it('proposes a name from the host, which can be changed, and a free one if it is taken', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.fill('#host', 'smtp.example.com');
    await hasName(page, 'smtp_example_com');
    await page.selectOption('#provider', { label: 'Gmail' });
    await hasName(page, 'gmail');
    await chooseKind(page, 'Microsoft 365 (MS Graph)');
    await hasName(page, 'microsoft_365');
    await page.fill('#name', 'mine');
    await chooseKind(page, 'Generic SMTP');
    await page.selectOption('#provider', { label: 'Fastmail' });
    await page.fill('#host', 'mail.example.net');
    // Left empty, it is proposed again.
    await page.fill('#name', '');
    await page.focus('#host');
    await hasName(page, 'mail_example_net');

    await fill(page, inbox());
    await hasName(page, 'localhost');
    await saveNew(page);
    await openForm(page);
    await page.fill('#host', 'localhost');
    await hasName(page, 'localhost_2');
    await fill(page, { ...inbox(), name: 'LOCALHOST' });
    await page.click('#save');
    await page.waitForSelector(invalid('name'));
    expect(await page.inputValue('#name')).toBe('LOCALHOST');
  });

  it('never renames a saved configuration, nor replaces a name that was entered first', async () => {
    const page = await pages.open();
    await openForm(page, editPath(await pages.create(page, { name: 'keep', ...inbox() })));
    await page.fill('#host', 'other.example.com');
    await openForm(page);
    await page.fill('#name', 'first');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await fill(page, { host: 'localhost', port: host.smtpPort });
    // The server takes longer to answer than a proposal.
    await page.click('#detect');
    await page.getByText(`on port ${host.smtpPort}.`).waitFor();
    expect(await values(page, 'name', 'host')).toEqual(['first', 'localhost']);
    expect(asked.filter((url) => url.includes('filters.name'))).toEqual([]);
  });

  it('shows the email types once there is somebody to copy', async () => {
    const page = await pages.open();
    await openForm(page);
    expect(await page.locator('[name=copyActivities]').count()).toBe(0);
    await page.fill('#cc', 'boss@example.com');
    await page.keyboard.press('Enter');
    await page.getByText('No copies are sent until you select at least one').waitFor();
    await page.check('#copyActivities-invoice', { force: true });
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await press(page, 'Remove boss@example.com');
    // The choice stays visible.
    expect(await page.isChecked('#copyActivities-invoice')).toBe(true);
  });

  it('names what two admins changed at the same time, with both values, and takes the chosen ones', async () => {
    const page = await pages.open();
    const id = await pages.create(page, { name: 'contested', ...inbox(), replyTo: 'old@acme.io' });
    await openForm(page, editPath(id));
    await page.fill('#fromName', 'Mine');
    await page.fill('#replyTo', 'mine@acme.io');
    await page.fill('#signature', 'Mine');
    const other = await pages.open('dark.admin@example.com');
    await pages.call(other, `records/${id}/edit`, { version: 1, fromName: 'Theirs', replyTo: 'theirs@acme.io', cc: ['boss@acme.io'] });
    await page.click('#save');
    const stale = page.getByTestId('stale');
    await stale.getByText('dark.admin@example.com saved this configuration while you were editing it').waitFor();
    expect(await stale.locator('[data-conflict]').count()).toBe(2);
    const words = (name: string) => page.locator(`[data-conflict=${name}]`).textContent();
    expect(await words('fromName')).toBe('From nameyou: Minedark.admin@example.com: Theirs');
    expect(await words('replyTo')).toBe('Reply-Toyou: mine@acme.iodark.admin@example.com: theirs@acme.io');
    await stale.getByText('Also changed by others and kept: CC.').waitFor();
    await page.waitForSelector('#conflict-fromName-mine:focus');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    await fitsWidth(page);
    expect(await findAccessibilityProblems(page)).toEqual([]);

    await page.check('#conflict-replyTo-theirs');
    await press(page, 'Use the chosen values');
    await stale.waitFor({ state: 'detached' });
    expect(await values(page, 'fromName', 'replyTo', 'signature')).toEqual(['Mine', 'theirs@acme.io', 'Mine']);
    await page.getByText('boss@acme.io').waitFor();
    await save(page);
    const { record } = await pages.call(page, `records/${id}/show`);
    expect(record.params).toMatchObject({
      fromName: 'Mine',
      replyTo: 'theirs@acme.io',
      signature: 'Mine',
      'cc.0': 'boss@acme.io',
      version: 3,
    });
  });

  it('shows what another admin saved, and the actions that follow from it, while nothing is typed', async () => {
    const page = await pages.open();
    const id = await pages.create(page, { name: 'watched', ...inbox() });
    await openForm(page, editPath(id));
    await pages.call(page, `records/${id}/edit`, { version: 1, fromName: 'Theirs' });
    await pages.call(page, `records/${id}/setDefault`, {});
    await eventually(async () => expect(await page.inputValue('#fromName')).toBe('Theirs'));
    await page.locator('h2 + *', { hasText: 'Default' }).waitFor();
    await press(page, 'More actions');
    expect(await page.locator('[data-action=setDefault]').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.fill('#signature', 'Mine');
    await save(page);
  });

  it('does not lose what another admin saved during a test of this form', async () => {
    const page = await pages.open();
    const id = await pages.create(page, { name: 'tested_meanwhile', ...inbox() });
    await openForm(page, editPath(id));
    await page.fill('#signature', 'Mine');
    await pages.call(page, `records/${id}/edit`, { version: 1, fromName: 'Theirs' });
    await runTest(page);
    await testPasses(page);
    await page.click('#save');
    await page.waitForSelector('[data-testid=stale]');
    expect((await pages.call(page, `records/${id}/show`)).record.params).toMatchObject({ fromName: 'Theirs', signature: null });
  });

  it('forgets what Detect found once another server is entered, and leads to the field that is wrong', async () => {
    const page = await pages.open();
    await openForm(page);
    const line = page.locator('#detect + p');
    await page.fill('#host', 'nowhere.invalid');
    await page.click('#detect');
    await line.filter({ hasText: '✗' }).waitFor();
    await page.getByRole('button', { name: 'Go to “Host”' }).click();
    await page.waitForSelector('#host:focus');
    await page.fill('#host', 'localhost');
    await line.filter({ hasText: 'Asks the server which security it supports' }).waitFor();
    expect(await page.getByRole('button', { name: 'Go to “Host”' }).count()).toBe(0);

    await page.fill('#port', String(host.smtpPort));
    await page.click('#detect');
    await line.filter({ hasText: `on port ${host.smtpPort}.` }).waitFor();
    await page.fill('#port', '2525');
    await line.filter({ hasText: 'Asks the server which security it supports' }).waitFor();
  });

  it('leads from a failed look at the certificate to the host', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.fill('#host', 'nowhere.invalid');
    await page.click('#ca');
    await press(page, 'Fetch from server…');
    await page.locator(`${dialog} [role=alert]`).waitFor();
    await page.locator(dialog).getByRole('button', { name: 'Go to “Host”' }).click();
    await dialogCloses(page);
    await eventually(async () => expect(await focused(page)).toBe('host'));
  });

  it('leads from a test with a wrong host name to the host', async () => {
    const page = await pages.open();
    await openForm(page);
    await fill(page, { ...inbox(), name: 'nowhere', host: 'nowhere.invalid' });
    await runTest(page);
    await failsAt(page, 'dns');
    await page.locator(dialog).getByRole('button', { name: 'Go to “Host”' }).click();
    await dialogCloses(page);
    await eventually(async () => expect(await focused(page)).toBe('host'));
  });
});
