import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { MailMessage } from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { startExampleHost } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import {
  backToLog,
  filterChips,
  filterOf,
  LOG,
  messageRow,
  openLog,
  removeFilter,
  searchLog,
  selectAll,
  toggleStatuses,
} from './pages/mail-log.js';
import { fitsWidth, hasFocus, press, pressInDialog } from './pages/page.js';

const HOUR = 3_600_000;
const later = new Date(Date.now() + HOUR);

let host: Awaited<ReturnType<typeof startExampleHost>>;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startExampleHost();
});
afterAll(() => host.stop());
afterEach(async () => {
  await pages.close();
  await host.reset();
});

const queue = async (fields: Partial<MailMessage> = {}, values: Record<string, unknown> = {}): Promise<string> => {
  const queued = await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Hi', sendAt: later, ...fields });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  if (Object.keys(values).length > 0)
    await host.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id: queued.id }).execute();
  return queued.id;
};
/** Waits until the list shows exactly these messages. */
const waitForRows = (page: Page, ...ids: string[]): Promise<void> =>
  eventually(async () => {
    const shown: string[] = await page.evaluate(`[...document.querySelectorAll('[data-id]')].map((row) => row.dataset.id)`);
    expect(shown.toSorted()).toEqual(ids.toSorted());
  });

describe('The filters of the mail log', () => {
  it('find a recipient, a subject or a Message-ID in one field, also after a reload', async () => {
    const welcome = await queue({ subject: 'Welcome', to: 'x@example.net' });
    const digest = await queue({ subject: 'Digest' });
    const page = await pages.open();
    await openLog(page);
    await waitForRows(page, welcome, digest);
    await searchLog(page, 'EXAMPLE.NET');
    await waitForRows(page, welcome);
    await searchLog(page, 'dige');
    await waitForRows(page, digest);
    expect(filterOf(page, 'search')).toBe('dige');
    await page.reload();
    await waitForRows(page, digest);
    const { messageId } = (await host.log.findOne(welcome))!;
    await searchLog(page, messageId.slice(1, -1));
    await waitForRows(page, welcome);
    await searchLog(page, 'nobody');
    await page.getByText('No message matches the filter.').waitFor();
    await press(page, 'Clear filter');
    await waitForRows(page, welcome, digest);
  });

  it('combine several statuses, an email type and a configuration, and are removed one by one', async () => {
    const failed = await queue({ activity: 'invoice' }, { status: 'failed', configName: 'inbox' });
    const expired = await queue({}, { status: 'expired' });
    const sent = await queue({ activity: 'invoice' }, { status: 'sent', sentBy: 'inbox' });
    const page = await pages.open();
    await openLog(page);
    await toggleStatuses(page, 'Failed', 'Expired');
    await waitForRows(page, failed, expired);
    expect(filterOf(page, 'status')).toBe('failed,expired');
    await page.keyboard.press('Escape');
    await hasFocus(page, 'filter-status');
    expect(await page.getByRole('checkbox', { name: 'Failed', exact: true }).count()).toBe(0);
    await page.selectOption('#filter-activity', 'invoice');
    await waitForRows(page, failed);
    await page.selectOption('#filter-configName', 'inbox');
    expect(await filterChips(page)).toEqual(['Failed', 'Expired', 'Email type: Invoices', 'Configuration: inbox']);
    await removeFilter(page, 'Failed');
    await page.getByText('No message matches the filter.').waitFor();
    await removeFilter(page, 'Expired');
    await waitForRows(page, failed, sent);
    await page.reload();
    await waitForRows(page, failed, sent);
    expect(await filterChips(page)).toEqual(['Email type: Invoices', 'Configuration: inbox']);
    await press(page, 'Clear filter');
    await waitForRows(page, failed, expired, sent);
    expect(await filterChips(page)).toEqual([]);
  });

  it.each(['Pacific/Kiritimati', 'America/Los_Angeles'])('count days in the time zone of the browser: %s', async (timezoneId) => {
    const page = await pages.open('admin@example.com', { timezoneId });
    /** The start of today, some days earlier, as the browser sees it. */
    const dayStart = (daysAgo: number): Promise<number> =>
      page.evaluate(`new Date(new Date().getFullYear(), new Date().getMonth(), new Date().getDate() - ${daysAgo}).getTime()`);
    const at = async (daysAgo: number, hours: number): Promise<string> =>
      queue({ subject: `${daysAgo} days ago` }, { createdAt: new Date((await dayStart(daysAgo)) + hours * HOUR) });
    // Just after the day begins, and just before it ends.
    const today = await at(0, 0);
    const yesterday = [await at(1, 0), await at(1, 23)];
    const week = await at(6, 1);
    const month = await at(29, 1);
    await at(30, 1);
    await openLog(page);
    await page.selectOption('#filter-period', 'today');
    await waitForRows(page, today);
    await page.selectOption('#filter-period', 'yesterday');
    await waitForRows(page, ...yesterday);
    await page.selectOption('#filter-period', 'week');
    await waitForRows(page, today, ...yesterday, week);
    await page.selectOption('#filter-period', 'month');
    await waitForRows(page, today, ...yesterday, week, month);
    expect(await filterChips(page)).toEqual(['Last 30 days']);
    await page.selectOption('#filter-period', 'range');
    const day = (daysAgo: number): Promise<string> =>
      page.evaluate(
        `new Intl.DateTimeFormat('sv-SE').format(new Date(new Date().getFullYear(), new Date().getMonth(), new Date().getDate() - ${daysAgo}))`,
      );
    await page.getByLabel('Queued from').fill(await day(6));
    await page.getByLabel('Queued until').fill(await day(1));
    await waitForRows(page, ...yesterday, week);
    await page.reload();
    await waitForRows(page, ...yesterday, week);
    expect(filterOf(page, 'from')).toBe(await day(6));
  });

  it('stay in the link back from a message, also after an action and on another page', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 23; index++) ids.push(await queue({ subject: `Digest ${index}` }));
    await queue({ subject: 'Other' });
    const page = await pages.open();
    await openLog(page, '?filters.search=digest');
    await press(page, 'Next page');
    await waitForRows(page, ...ids.slice(0, 3));
    await page.getByRole('link', { name: 'Digest 1', exact: true }).click();
    await page.waitForSelector('[data-testid=explanation]');
    await page.getByText('Cancel sending', { exact: true }).click();
    await pressInDialog(page, 'Cancel sending');
    await page.getByTestId('explanation').getByText('An administrator cancelled the message.').waitFor();
    await backToLog(page);
    await waitForRows(page, ...ids.slice(0, 3));
    expect(filterOf(page, 'search')).toBe('digest');
    expect(await page.inputValue('#filter-search')).toBe('digest');
  });

  it('of links from elsewhere are shown and can be removed', async () => {
    const hello = await queue();
    await queue({ subject: 'Other', to: 'x@example.net' });
    const page = await pages.open();
    await openLog(page, '?filters.subject=hell&filters.recipients=a@&filters.from=2020-01-01');
    await waitForRows(page, hello);
    expect(await filterChips(page)).toEqual(['1 Jan 2020 – …', 'Recipients: a@', 'Subject: hell']);
    await removeFilter(page, 'Recipients: a@');
    expect(filterOf(page, 'recipients')).toBeNull();
  });

  it.each([768, 390])('fold on a screen of %s pixels, show how many are in use, and leave a way to select all', async (width) => {
    const failed = await queue({}, { status: 'failed' });
    const waiting = await queue();
    const page = await pages.open('admin@example.com', { viewport: { width, height: 900 } });
    await openLog(page);
    expect(await page.locator('#filter-status').isVisible()).toBe(false);
    await press(page, 'Filter');
    await toggleStatuses(page, 'Failed');
    await page.keyboard.press('Escape');
    await waitForRows(page, failed);
    await page.getByRole('button', { name: 'Filter (1 in use)' }).waitFor();
    await fitsWidth(page);
    await removeFilter(page, 'Failed');
    await waitForRows(page, failed, waiting);
    await selectAll(page);
    await page.getByTestId('bulk').getByText('2 selected').waitFor();
  });

  it.each([1440, 768, 390])('keep a long subject on one line at %s pixels', async (width) => {
    const id = await queue({ subject: 'A subject that is far too long for the list '.repeat(10), to: `${'x'.repeat(60)}@example.org` });
    const page = await pages.open('admin@example.com', { viewport: { width, height: 900 } });
    await openLog(page);
    const [line, row] = await Promise.all([
      page
        .locator(`${messageRow(id)} .message .cut`)
        .first()
        .boundingBox(),
      page.locator(`${messageRow(id)} .message`).boundingBox(),
    ]);
    expect(line!.height).toBeLessThan(30);
    expect(row!.height).toBeLessThan(70);
    await fitsWidth(page);
  });

  it('keep the layout while the list loads', async () => {
    await queue();
    const page = await pages.open();
    await page.route('**/api/resources/SmtpMessage/actions/list**', () => undefined);
    await page.goto(LOG);
    await page.waitForSelector('tbody [aria-hidden=true]');
    const top = (): Promise<number> => page.evaluate(`document.querySelector('table').getBoundingClientRect().top`);
    const loading = await top();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.reload();
    await page.waitForSelector('[data-id]');
    expect(await top()).toBe(loading);
  });
});
