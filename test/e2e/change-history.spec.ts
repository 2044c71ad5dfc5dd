import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SmtpAudit } from '../../lib/index.js';
import { uuid7 } from '../../lib/database/uuid7.js';
import { eventually } from '../support/eventually.js';
import { startExampleHost, UNREACHABLE } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import {
  changedFields,
  entryRows,
  HISTORY,
  HISTORY_API,
  historyPanel,
  openHistory,
  sentences,
  toggleEntry,
} from './pages/change-history.js';
import { editPath, openForm, save, showPath } from './pages/config-form.js';
import { openMessage } from './pages/mail-log.js';
import { ends, fitsWidth, openFromMenu, press } from './pages/page.js';

const HOUR = 3_600_000;
const ann = { admin: { email: 'ann@acme.io', id: 7, role: 'ADMINISTRATION_MANAGER' }, address: '203.0.113.7' };
const bob = { admin: { email: 'bob@acme.io', id: 8, role: 'ADMINISTRATION_MANAGER' }, address: '2001:db8::7' };

let host: Awaited<ReturnType<typeof startExampleHost>>;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startExampleHost();
  // The example's own configuration has an entry too.
  await host.reset();
});
afterAll(() => host.stop());
afterEach(async () => {
  await pages.close();
  await host.reset();
});

/** Stores an entry of this age. */
const add = async (hours: number, values: Partial<SmtpAudit> = {}): Promise<string> => {
  const id = uuid7();
  const row = { caller: 'application' as const, person: null, personId: null, address: null, action: 'update' as const };
  const record = { recordType: null, recordId: null, recordName: null };
  const at = new Date(Date.now() - hours * HOUR);
  await host.dataSource.getRepository(SmtpAudit).insert({ ...row, ...record, changes: {}, details: {}, ...values, id, at });
  return id;
};
const queue = async (): Promise<string> => {
  const queued = await host.mail.send({ to: 'a@example.org', subject: 'Your invoice', text: 'Hi', config: 'none' });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  return queued.id;
};

describe('The change history in a browser', () => {
  it('is in the menu and explains its purpose while it is empty', async () => {
    const page = await pages.open('viewer@example.com', { viewport: { width: 1600, height: 900 } });
    await openFromMenu(page, 'Change history');
    await page.waitForURL(ends(HISTORY));
    expect(await page.textContent('[data-testid=empty]')).toContain('Nothing has been recorded yet.');
    expect(await page.getByRole('button', { name: /create|new|edit|delete/i }).count()).toBe(0);
  });

  it('shows who did what, when, from where and to which record, and links to existing records', async () => {
    const { id } = await host.configs.create({ name: 'main', host: 'localhost', username: 'u@acme.io', password: 'p' }, ann);
    const copy = await host.configs.duplicate(id, { password: 'p' }, bob);
    await host.configs.remove(copy.id, ann);
    await host.configs.update(id, { enabled: false }, { person: 'nightly job' });
    const message = await queue();
    await host.log.preview(message, bob);
    const page = await pages.open('viewer@example.com');
    await openHistory(page);
    expect(await sentences(page)).toEqual([
      'Viewed the content of a message',
      'Disabled main',
      'Deleted main_copied',
      'Created main_copied as a copy of main',
      'Created main',
    ]);
    const cells = (row: number): Promise<string[]> => entryRows(page).nth(row).locator('td').allInnerTexts();
    expect(await cells(4)).toEqual([
      expect.stringMatching(/^now/),
      'ann@acme.io',
      expect.any(String),
      'main\nConfiguration',
      '203.0.113.7',
    ]);
    expect(await cells(1)).toEqual([
      expect.any(String),
      'nightly job\nthrough the application',
      expect.any(String),
      'main\nConfiguration',
      '',
    ]);
    expect((await cells(2))[3]).toBe('main_copied\nConfiguration, deleted');
    expect(await entryRows(page).nth(2).getByRole('link').count()).toBe(0);
    await entryRows(page).nth(0).getByRole('link', { name: 'Your invoice' }).click();
    await page.waitForURL(ends(`/records/${message}/show`));
    await page.goBack();
    await entryRows(page, 'create').getByRole('link', { name: 'main', exact: true }).click();
    await page.waitForURL(ends(showPath(id)));
  });

  it('shows each field before and after, changed secrets without their values, and the details of a test', async () => {
    const { id } = await host.configs.create({ name: 'main', host: 'old.acme.io', username: 'u@acme.io', password: 'first-secret' }, ann);
    await host.configs.update(id, { host: 'new.acme.io', security: 'tls', port: 465, password: 'second-secret' }, ann);
    await host.configs.test(host.inboxId, { to: 'ann@acme.io', checkOnly: true }, ann);
    await host.configs.test(id, { to: 'ann@acme.io' }, ann);
    const page = await pages.open('viewer@example.com');
    await openHistory(page);
    await toggleEntry(entryRows(page, 'update'));
    expect(await changedFields(page)).toEqual({
      host: ['Host', 'old.acme.io', 'new.acme.io'],
      port: ['Port', expect.any(String), '465'],
      security: ['Security', 'STARTTLS', 'SSL/TLS'],
      password: ['Password', 'Set', 'Entered again'],
    });
    await toggleEntry(entryRows(page, 'update'));
    await page.waitForSelector('[data-field]', { state: 'detached' });
    expect(await entryRows(page, 'test').nth(1).innerText()).toContain('Passed');
    expect(await entryRows(page, 'test').nth(0).innerText()).toContain('Failed at DNS');
    await toggleEntry(entryRows(page, 'test').nth(0));
    const details = await page.innerText('.details');
    expect(details).toContain('No server named new.acme.io exists.');
    expect(details).toMatch(/Recipients\s+ann@acme\.io/);
    expect(await page.content()).not.toMatch(/first-secret|second-secret/);
  });

  it('filters by person, record, action and time, and keeps the filter in the URL', async () => {
    const { id } = await host.configs.create({ name: 'main', host: 'localhost', username: 'u@acme.io', password: 'p' }, ann);
    await host.configs.update(id, { description: 'By Bob' }, bob);
    await host.activities.assign('invoice', id, bob);
    await add(24 * 10, { person: 'carl@acme.io', action: 'test', recordType: 'config', recordId: id, recordName: 'main' });
    await add(24 * 60, { person: 'dora@acme.io', action: 'delete', recordType: 'config', recordId: 'x', recordName: 'ancient' });
    const page = await pages.open();
    await openHistory(page);
    const shows = (...expected: string[]) => eventually(async () => expect(await sentences(page)).toEqual(expected));
    const all = ['Chose main for invoice', 'Changed main: Description', 'Created main', 'Tested main', 'Deleted ancient'];
    await shows(...all);
    await page.fill('#filter-person', 'BOB');
    await shows(all[0]!, all[1]!);
    await page.selectOption('#filter-recordType', { label: 'Email type' });
    await shows(all[0]!);
    await page.reload();
    await shows(all[0]!);
    await press(page, 'Clear filter');
    await shows(...all);
    await page.selectOption('#filter-action', { label: 'Deleted' });
    await shows(all[4]!);
    await page.selectOption('#filter-action', { label: 'Any' });
    await page.fill('#filter-record', id);
    await shows(all[1]!, all[2]!, all[3]!);
    await page.fill('#filter-record', 'anci');
    await shows(all[4]!);
    await page.fill('#filter-record', '');
    await page.selectOption('#filter-period', { label: 'Today' });
    await eventually(async () => expect(await sentences(page)).not.toContain('Tested main'));
    await page.selectOption('#filter-period', { label: 'Last 7 days' });
    await shows(all[0]!, all[1]!, all[2]!);
    await page.selectOption('#filter-period', { label: 'Last 30 days' });
    await shows(all[0]!, all[1]!, all[2]!, all[3]!);
    await page.selectOption('#filter-period', { label: 'Choose dates…' });
    const day = (days: number): string => new Date(Date.now() - days * 24 * HOUR).toISOString().slice(0, 10);
    await page.fill('#filter-from', day(62));
    await page.fill('#filter-to', day(58));
    await shows(all[4]!);
    await page.fill('#filter-person', 'nobody');
    await page.getByText('No entry matches the filter.').waitFor();
    await page.locator('td').getByRole('button', { name: 'Clear filter' }).click();
    await shows(...all);
  });

  it('pages to older entries and back without a count', async () => {
    for (let hours = 1; hours <= 60; hours++)
      await add(hours, { action: 'delete', recordType: 'config', recordId: 'x', recordName: `n${hours}` });
    const page = await pages.open();
    await openHistory(page);
    const spans = (from: number, to: number) =>
      eventually(async () => {
        const shown = await sentences(page);
        expect([shown[0], shown.at(-1), shown.length]).toEqual([`Deleted n${from}`, `Deleted n${to}`, to - from + 1]);
      });
    await spans(1, 25);
    await page.getByRole('button', { name: 'Older' }).click();
    await spans(26, 50);
    await page.getByRole('button', { name: 'Older' }).click();
    await spans(51, 60);
    await page.reload();
    await spans(51, 60);
    await page.getByRole('button', { name: 'Newer' }).click();
    await spans(26, 50);
    await page.goBack();
    await spans(51, 60);
    await page.getByRole('button', { name: 'Newer' }).click();
    await page.getByRole('button', { name: 'Newer' }).click();
    await spans(1, 25);
    await openHistory(page, '?filters.after=no-longer-there');
    await press(page, 'Newest entries');
    await spans(1, 25);
  });

  it('keeps the loaded entries and shows an error if it cannot be reloaded', async () => {
    await add(1, { action: 'delete', recordType: 'config', recordId: 'x', recordName: 'main' });
    const page = await pages.open();
    await openHistory(page);
    await page.route(HISTORY_API, (route) => route.abort());
    await page.selectOption('#filter-action', { label: 'Deleted' });
    await page.waitForSelector('[data-testid=failed]');
    expect(await sentences(page)).toEqual(['Deleted main']);
    await page.unroute(HISTORY_API);
    await press(page, 'Try again');
    await page.waitForSelector('[data-testid=failed]', { state: 'detached' });
    expect(await sentences(page)).toEqual(['Deleted main']);
  });

  it('shows damaged entries next to intact ones', async () => {
    await add(2, { action: 'delete', recordType: 'config', recordId: 'x', recordName: 'main' });
    const damaged = await add(1, { action: 'unheard_of' as never, recordType: 'thing' as never, recordId: 'x' });
    const text = '{"host":{"before":{"a":1},"after":["x",{"b":2}]},"password":{"before":"hunter2","after":1}}';
    await host.dataSource.query(`UPDATE smtp_audit SET at = 'soon', changes = ?, details = '{"ok":"x","a":[1]}' WHERE id = ?`, [
      text,
      damaged,
    ]);
    const page = await pages.open();
    await openHistory(page);
    expect(await sentences(page)).toEqual(['Unknown action “unheard_of”', 'Deleted main']);
    await toggleEntry(entryRows(page).nth(0));
    expect(await changedFields(page)).toEqual({ host: ['Host', '{"a":1}', 'x\n{"b":2}'], password: ['Password', 'Set', 'Set'] });
  });

  it.each([1440, 768, 390])('fits a window of %d pixels, with its details open', async (width) => {
    const fields = {
      name: 'with_a_rather_long_name_for_a_configuration',
      host: `${'long.'.repeat(20)}acme.io`,
      username: 'u@acme.io',
      password: 'p',
    };
    const { id } = await host.configs.create(fields, bob);
    await host.configs.update(id, { description: 'x'.repeat(300), fromName: 'Acme' }, bob);
    const page = await pages.open('admin@example.com', { viewport: { width, height: 900 } });
    await openHistory(page);
    for (const action of ['create', 'update']) await toggleEntry(entryRows(page, action));
    await page.waitForSelector('[data-field=description]');
    expect(await sentences(page)).toHaveLength(2);
    await fitsWidth(page);
  });
});

describe('The change history on the page of a record', () => {
  it('shows the last entries of a configuration, also those of this minute, and leads to all of them', async () => {
    const { id } = await host.configs.create({ name: 'main', host: 'localhost', username: 'u@acme.io', password: 'p' }, ann);
    for (let i = 1; i <= 10; i++) await host.configs.update(id, { description: `${i}` }, bob);
    await host.configs.create({ name: 'other', host: 'localhost', username: 'u@acme.io', password: 'p' }, ann);
    const page = await pages.open('admin@example.com', { viewport: { width: 1440, height: 900 } });
    await openForm(page, editPath(id));
    const panel = historyPanel(page);
    const shows = (...first: string[]) =>
      eventually(async () => {
        const shown = await sentences(panel);
        expect([shown.length, ...shown.slice(0, first.length)]).toEqual([10, ...first]);
      });
    await shows('Changed main: Description', 'Changed main: Description');
    await toggleEntry(entryRows(panel).nth(0));
    expect(await changedFields(panel)).toEqual({ description: ['Description', '9', '10'] });
    await page.fill('#fromName', 'Acme');
    await save(page);
    await shows('Changed main: From name', 'Changed main: Description');
    expect(await entryRows(panel).nth(0).innerText()).toContain('admin@example.com');
    await panel.getByRole('link', { name: 'Show all' }).click();
    await page.waitForURL(ends(HISTORY));
    await eventually(async () => expect(await sentences(page)).toHaveLength(12));
    expect(await page.inputValue('#filter-record')).toBe(id);
  });

  it('is folded above the form in a narrow window, and is shown to viewers', async () => {
    const { id } = await host.configs.create({ name: 'main', host: 'localhost', username: 'u@acme.io', password: 'p' }, ann);
    const page = await pages.open('viewer@example.com', { viewport: { width: 390, height: 900 } });
    await openForm(page, showPath(id));
    const panel = historyPanel(page);
    expect(await entryRows(panel).count()).toBe(0);
    await panel.getByRole('button', { name: 'Change history' }).click();
    await eventually(async () => expect(await sentences(panel)).toEqual(['Created main']));
    await toggleEntry(entryRows(panel).nth(0));
    await panel.locator('[data-field=host]').waitFor();
    await fitsWidth(page);
  });

  it('says so when it cannot be loaded, and leaves the form alone', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 1440, height: 900 } });
    let refused = 0;
    await page.route(HISTORY_API, async (route) => {
      await route.abort();
      refused++;
    });
    await openForm(page, editPath(host.inboxId));
    await page.getByTestId('history-failed').waitFor();
    const before = refused;
    await page.fill('#fromName', 'Acme');
    await save(page);
    // The save reloads the panel. Were that request let through, the button would disappear while it is clicked.
    await eventually(async () => expect(refused).toBeGreaterThan(before));
    await page.unroute(HISTORY_API);
    await historyPanel(page).getByRole('button', { name: 'Try again' }).click();
    await eventually(async () => expect(await sentences(historyPanel(page))).toEqual(['Changed inbox: From name']));
  });

  it('joins the events of a message: who viewed, moved, retried, resent and cancelled it', async () => {
    const { id } = await host.configs.create({ name: 'spare', ...UNREACHABLE }, ann);
    const { id: main } = await host.configs.create({ name: 'main', ...UNREACHABLE }, ann);
    const queued = await host.mail.send({
      to: 'a@example.org',
      subject: 'Hello',
      text: 'Hi',
      config: 'main',
      sendAt: new Date(Date.now() + HOUR),
    });
    const message = queued.status === 'queued' ? queued.id : '';
    expect(main).not.toBe(id);
    await host.log.preview(message, ann);
    await host.log.move([message], { to: id }, bob);
    const resent = await host.log.resend(message, { to: 'other@example.org' }, ann);
    const page = await pages.open('viewer@example.com');
    await openMessage(page, message);
    const events = page.getByRole('list', { name: 'History' });
    const texts = async (): Promise<string[]> =>
      (await events.locator('[data-entry]').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    await eventually(async () =>
      expect(await texts()).toEqual([
        expect.stringMatching(/Content viewed .*ann@acme\.io/),
        expect.stringMatching(/Moved from main to spare .*bob@acme\.io/),
        expect.stringMatching(/Resent to other@example\.org .*ann@acme\.io .*Open the new message/),
      ]),
    );
    await host.log.cancel(message, bob);
    await page.reload();
    await events.locator('[data-action=cancel]').waitFor();
    expect((await texts()).at(-1)).toMatch(/Cancelled .*bob@acme\.io/);
    expect((await events.innerText()).match(/cancelled/gi)).toHaveLength(1);
    await page.getByRole('link', { name: 'Show the change history of this message' }).click();
    await page.waitForURL(ends(HISTORY));
    await eventually(async () => expect(await sentences(page)).toHaveLength(4));
    await page.goBack();
    await events.getByRole('link', { name: 'Open the new message' }).click();
    await page.waitForURL(ends(`/records/${resent.id}/show`));
  });
});
