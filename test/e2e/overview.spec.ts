import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { MailMessage, SmtpConfigInput } from '../../lib/index.js';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { eventually } from '../support/eventually.js';
import { startExampleHost } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { createGate } from '../support/gate.js';
import { attention, barOf, barsAndRows, figures, nextStep, openOverview, openStill, OVERVIEW, OVERVIEW_API } from './pages/overview.js';
import { row as configRow } from './pages/config-list.js';
import { EMAIL_TYPES } from './pages/email-types.js';
import { filterOf, messageRow, openLog } from './pages/mail-log.js';
import { ends, fitsWidth } from './pages/page.js';

const HOUR = 3_600_000;
/** The offset of Nepal from UTC. */
const NEPAL = 345 * 60_000;

let host: Awaited<ReturnType<typeof startExampleHost>>;
/** The start of the test, from which it counts hours, although an hour may end meanwhile. */
let now: number;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startExampleHost();
});
afterAll(() => host.stop());
beforeEach(() => {
  now = Date.now();
});
afterEach(async () => {
  await pages.close();
  await host.reset();
});

const configure = (fields: SmtpConfigInput) =>
  host.configs.create({ host: 'localhost', port: 2525, username: 'u@acme.io', password: 'p', fromAddress: 'u@acme.io', ...fields });
/** Queues a message as if it had been queued hours ago, and sets its status. */
const queueAt = async (hours: number, status: string, fields: Partial<MailMessage> = {}): Promise<string> => {
  const later = new Date(now + 24 * HOUR);
  const queued = await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Hi', sendAt: later, ...fields });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  const at = new Date(now - hours * HOUR);
  const due = status === 'queued' ? {} : { availableAt: at };
  await host.dataSource
    .createQueryBuilder()
    .update('smtp_message')
    .set({ status, createdAt: at, ...due, ...(status.endsWith('sent') && { sentBy: 'inbox', sentAt: at }) })
    .where({ id: queued.id })
    .execute();
  return queued.id;
};
const setConfigStatus = async (configId: string, values: Record<string, string | number | Date>): Promise<void> => {
  const { manager } = host.dataSource;
  await manager.createQueryBuilder().insert().into('smtp_config_status').values({ configId }).orIgnore().execute();
  await manager.createQueryBuilder().update('smtp_config_status').set(values).where({ configId }).execute();
};
const setFailing = async (configId: string, version = 1): Promise<void> =>
  setConfigStatus(configId, {
    failingSince: new Date(Date.now() - HOUR),
    failingVersion: version,
    failingCode: 'AUTH',
    failingError: 'The server refused the user name or password.',
    failingReason: 'auth_refused',
    nextProbeAt: new Date(Date.now() + 24 * HOUR),
  });

const open = async (email?: string, options?: Parameters<typeof pages.open>[1]): Promise<Page> => {
  const page = await pages.open(email, options);
  await openOverview(page);
  return page;
};

describe('The overview in a browser', () => {
  it('is the first screen, and reports no problems', async () => {
    await queueAt(1, 'sent');
    await setConfigStatus(host.inboxId, { lastSentAt: new Date(now), lastSentVersion: 1 });
    const page = await pages.open('viewer@example.com', { viewport: { width: 1600, height: 900 } });
    await page.goto('/admin');
    const entries = page.locator('[data-css*="sidebar"] a[href*="/resources/"], aside a[href*="/resources/"], nav a[href*="/resources/"]');
    await entries.first().waitFor();
    expect(await entries.first().textContent()).toBe('Overview');
    await entries.first().click();
    await page.waitForSelector(attention('none'));
    expect(await page.textContent(attention('none'))).toContain('No problems found.');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('explains itself while it is empty, and links to the first configuration', async () => {
    const before = (await host.configs.findOne(host.inboxId))!;
    const rows = await host.dataSource.query('SELECT * FROM smtp_config');
    await host.dataSource.query('DELETE FROM smtp_config');
    try {
      const viewer = await open('viewer@example.com');
      expect(await viewer.textContent('[data-testid=empty]')).toContain('No one has set up a configuration yet.');
      expect(await viewer.locator('[data-testid=empty] a').count()).toBe(0);
      const page = await open();
      expect(await page.textContent('[data-testid=empty]')).toContain('See which configurations work');
      expect(await findAccessibilityProblems(page)).toEqual([]);
      await page.getByRole('link', { name: 'Create your first configuration' }).click();
      await page.waitForURL(ends('/SmtpConfig/actions/new'));
    } finally {
      await host.dataSource.getRepository('smtp_config').manager.query(
        `INSERT INTO smtp_config (${Object.keys(rows[0]).join(', ')}) VALUES (${Object.keys(rows[0])
          .map(() => '?')
          .join(', ')})`,
        Object.values(rows[0]),
      );
      await host.configs.setDefault(before.id);
    }
  });

  it('lists problems with the most serious first, each with a link to its solution', async () => {
    const news = await configure({ name: 'newsletters' });
    const off = await configure({ name: 'switched_off' });
    await configure({ name: 'office', host: 'smtp.office365.com', port: 587 });
    const broken = await configure({ name: 'broken' });
    await queueAt(0, 'queued', { config: 'switched_off' });
    await host.configs.update(off.id, { enabled: false, version: off.version });
    await queueAt(0, 'held', { config: 'never_made' });
    for (const status of ['failed', 'failed', 'unknown', 'partially_sent', 'expired']) await queueAt(1, status);
    await setConfigStatus(broken.id, {
      lastTestStatus: 'failed',
      lastTestVersion: 1,
      lastTestAt: new Date(now),
      lastTestError: 'No answer.',
    });
    await setFailing(news.id);
    const renewed = await configure({ name: 'renewed' });
    await setConfigStatus(renewed.id, { certificateExpiresAt: new Date(Date.now() + 12 * 24 * HOUR), observedVersion: 1 });
    await queueAt(0, 'queued', { config: 'newsletters' });

    const page = await pages.open(undefined, { isOwn: true });
    await page.clock.setFixedTime(now);
    await openOverview(page);
    const matters = await page.locator('[data-attention]').all();
    const kinds = await Promise.all(matters.map((item) => item.getAttribute('data-attention')));
    expect(kinds).toEqual([
      'failing',
      'held_disabled',
      'held_missing',
      'failed',
      'partially_sent',
      'test_failed',
      'certificate_expires',
      'login_warning',
      'untested',
    ]);
    // They differ by their shape, and by a word for screen readers.
    const signOf = (kind: string) => page.getAttribute(`${attention(kind)} [data-sign]`, 'data-sign');
    expect([await signOf('failing'), await signOf('failed'), await signOf('login_warning')]).toEqual(['error', 'warning', 'info']);
    expect(await page.textContent(attention('certificate_expires'))).toMatch(/^Warning: /);
    expect(await page.textContent(attention('failing'))).toMatch(
      /newsletters is failing\.Since .*The server refused the user name or password\. Check .* 1 message waiting\./s,
    );
    expect(await page.textContent(attention('held_disabled'))).toContain('switched_off is disabled: its mail is on hold.');
    expect(await page.textContent(attention('held_missing'))).toContain('1 message is on hold: its configuration does not exist.');
    expect(await page.textContent(attention('failed'))).toMatch(
      /4 messages from the last 24 hours failed\..*Failed 2 · Expired 1 · Unknown 1/s,
    );
    expect(await page.textContent(attention('test_failed'))).toMatch(/The last test of broken failed\.Tested now .*No answer\./s);
    expect(await page.textContent(attention('login_warning'))).toContain('office logs in with a password. Microsoft is retiring this.');
    expect(await page.textContent(attention('certificate_expires'))).toMatch(/A certificate of renewed expires on .*\d{4}\./);
    expect(await findAccessibilityProblems(page)).toEqual([]);

    expect(await page.textContent(attention('untested'))).toContain('3 configurations have not been used or tested yet.');

    const goes = async (kind: string, step: string, end: string): Promise<void> => {
      await page.locator(attention(kind)).getByRole('link', { name: step }).click();
      await page.waitForURL((url) => decodeURIComponent(url.pathname + url.search).endsWith(end));
      await openOverview(page);
    };
    await goes('held_disabled', '1 message waiting', '/SmtpMessage?filters.status=queued,sending,held&filters.configName=switched_off');
    await goes('test_failed', 'Test again', `/SmtpConfig/records/${broken.id}/test`);
    await goes('untested', 'View configurations', '/SmtpConfig?filters.health=untested');
    await goes('held_missing', 'View message', '/SmtpMessage?filters.reason=missing');

    // The field to correct has the focus, even if its section is collapsed.
    const corrects = async (kind: string, step: string, field: string): Promise<void> => {
      await page.locator(attention(kind)).getByRole('link', { name: step }).click();
      await page.waitForSelector(`:is([name="${field}"], [id^="${field}"]):focus`);
      await openOverview(page);
    };
    await corrects('failing', 'Check “Password”', 'password');
    await corrects('login_warning', 'Check “Login method”', 'authMethod');
    await corrects('certificate_expires', 'Check “Private CA”', 'caCertificate');
    await page.locator(attention('held_disabled')).getByRole('button', { name: 'Move mail…' }).click();
    await page.waitForSelector('dialog[open]');
  });

  it('links each number to exactly the messages that it counts', async () => {
    const news = await configure({ name: 'newsletters' });
    const off = await configure({ name: 'switched_off' });
    for (const hours of [0, 1, 1, 20, 50]) await queueAt(hours, 'sent');
    for (const hours of [0, 1, 50]) for (const status of ['failed', 'expired', 'unknown', 'partially_sent']) await queueAt(hours, status);
    for (const [config, status] of [
      ['switched_off', 'queued'],
      ['switched_off', 'held'],
      ['never_made', 'held'],
      ['newsletters', 'queued'],
    ] as const)
      for (const hours of [0, 50]) await queueAt(hours, status, { config });
    await queueAt(0, 'queued');
    await host.configs.update(off.id, { enabled: false, version: off.version });
    await setFailing(news.id);
    const { version } = (await host.configs.findOne(host.inboxId))!;
    await host.configs.update(host.inboxId, { isDefault: false, version });

    const page = await open();
    await page.getByRole('button', { name: 'Show as table' }).click();
    const links = await page.evaluate<{ href: string; words: string; sentence: string }[]>(
      `[...document.querySelectorAll('a[href*="/SmtpMessage?"]')].map((link) => ({
        href: link.getAttribute('href'),
        // The name of a part of a bar begins with its time.
        words: link.dataset.outcome ? link.getAttribute('aria-label').replace(/^.*: /, '') : link.textContent,
        sentence: link.closest('[data-attention]')?.querySelector('p').textContent ?? '',
      }))`,
    );
    const numberIn = (words: string): number => Number(/\d+/.exec(words)?.[0]);
    // A link without a number belongs to the sentence before it.
    const numbers = links.map(({ href, words, sentence }) => ({
      href,
      words,
      count: numberIn(/\d/.test(words) ? words : /\d+ (\w+ )?messages?/.exec(sentence)![0]),
    }));
    expect(numbers.length).toBeGreaterThan(20);
    const log = await page.context().newPage();
    for (const { href, words, count } of numbers) {
      await log.goto(href);
      await log.waitForSelector('tbody [data-status], td[colspan]');
      expect([words, href, await log.locator('tbody [data-status]').count()]).toEqual([words, href, count]);
    }
    // So do the counts of the log, and they show that they are chosen.
    for (const name of ['waiting', 'held', 'sentToday', 'failed', 'unknown']) {
      await openLog(log);
      const chip = log.locator(`[data-count=${name}]`);
      await eventually(async () => expect(await chip.textContent()).toMatch(/\d/));
      const count = numberIn((await chip.textContent())!);
      await chip.click();
      await log.waitForURL((url) => [...url.searchParams.keys()].some((key) => key.startsWith('filters.')));
      await log.waitForSelector(`[data-count=${name}][aria-pressed=true]`);
      await eventually(async () => expect([name, await log.locator('tbody [data-status]').count()]).toEqual([name, count]));
    }
  });

  it('lets a manager try a server that is down, and a viewer open its configuration; shows that it was down', async () => {
    await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Hi' });
    // It worked before, so its settings are right.
    await eventually(async () => expect((await host.configs.findOne(host.inboxId))!.lastSentAt).not.toBeNull());
    await host.stopInbox();
    await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Hi' });
    await eventually(async () => expect(await host.log.failing()).toHaveLength(1));
    await host.dataSource.query(`UPDATE smtp_config_status SET next_probe_at = ${Date.now() + 24 * HOUR}`);
    const viewer = await open('viewer@example.com');
    const step = nextStep(viewer, 'failing');
    expect(await step.textContent()).toBe('Open inbox');
    expect(await step.getAttribute('href')).toMatch(new RegExp(`/SmtpConfig/records/${host.inboxId}/show$`));
    expect(await viewer.getByRole('button', { name: 'Try now' }).count()).toBe(0);
    expect(await viewer.locator('[data-config=inbox] [data-health]').getAttribute('data-health')).toBe('failing');

    const page = await open();
    await host.startInbox();
    await page.locator(attention('failing')).getByRole('button', { name: 'Try now' }).click();
    // The page refreshes automatically.
    await page.waitForSelector(attention('recovered'));
    expect(await page.textContent(attention('recovered'))).toMatch(
      /Note: inbox is working again\.Failing from .* to .*refused the connection/s,
    );
    await eventually(async () => expect(await figures(page)).toEqual(['2', '0', '0']));
  });

  it('links to the failing configurations that it does not list', async () => {
    for (let number = 1; number <= 7; number++) await setFailing((await configure({ name: `team_${number}` })).id);
    const page = await open();
    const more = page.locator(attention('more'));
    expect(await more.textContent()).toContain('2 more configurations are failing.');
    await more.getByRole('link').click();
    await page.waitForSelector(configRow('team_1'));
    expect(filterOf(page, 'health')).toBe('failing');
    expect(await page.locator('[data-name]').count()).toBe(7);
    expect(await page.inputValue('#filter-health')).toBe('failing');
  });

  it('marks a failing configuration next to its email types', async () => {
    const news = await configure({ name: 'newsletters' });
    await setFailing(news.id);
    await host.activities.assign('newsletter', news.id);
    const page = await pages.open();
    await page.goto(EMAIL_TYPES);
    const row = page.locator('[data-id=newsletter]');
    await row.locator('[data-health=failing]').waitFor();
    expect(await row.textContent()).toMatch(/newsletters.*Failing/);
    expect(await page.locator('[data-id=invoice] [data-health]').getAttribute('data-health')).toBe('untested');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await row.getByRole('link', { name: 'newsletters', exact: true }).click();
    await page.waitForURL(ends(`/SmtpConfig/records/${news.id}/edit`));
  });

  it('asks to choose or enable a default once mail waits for it', async () => {
    const { version } = (await host.configs.findOne(host.inboxId))!;
    await queueAt(0, 'queued');
    await host.configs.update(host.inboxId, { isDefault: false, version });
    const page = await open();
    expect(await page.textContent(attention('no_default'))).toContain('No default configuration is set: 1 unassigned message is waiting.');
    await page.getByRole('link', { name: 'Choose a default' }).click();
    // The default can be chosen on that page.
    await page.waitForSelector('[data-testid=no-default]');
    const viewer = await open('viewer@example.com');
    expect(await nextStep(viewer, 'no_default').textContent()).toBe('Open');

    await configure({ name: 'spare' });
    await host.configs.update(host.inboxId, { isDefault: true, enabled: false, version: version + 1 });
    await openOverview(page);
    expect(await page.textContent(attention('default_disabled'))).toMatch(
      /The default configuration inbox is disabled.*1 message waiting\./s,
    );
    await page.getByRole('link', { name: 'Check “Enabled”' }).click();
    await page.waitForSelector('#enabled:focus');
  });

  it('shows at most a dozen configurations with their health and counts', async () => {
    await queueAt(1, 'sent');
    await queueAt(30, 'sent');
    await queueAt(1, 'failed');
    await queueAt(0, 'queued');
    for (let number = 10; number < 22; number++) await configure({ name: `team_${number}`, enabled: false });
    const page = await open();
    const card = page.locator('[data-config=inbox]');
    expect(await page.locator('[data-config]').first().getAttribute('data-config')).toBe('inbox');
    expect(await card.textContent()).toMatch(/inbox.*Default.*1 waiting.*Last 24 hours: 1 sent, 1 of 2 failed/s);
    expect(await page.locator('[data-config]').count()).toBe(12);
    expect(await page.locator('[data-config=team_10] [data-health]').getAttribute('data-health')).toBe('disabled');
    await page.getByRole('link', { name: '1 more configuration' }).click();
    await page.waitForURL(ends('/SmtpConfig'));
    await openOverview(page);
    await card.getByRole('link', { name: 'inbox' }).click();
    await page.waitForURL(ends(`/SmtpConfig/records/${host.inboxId}/edit`));
  });

  it('draws mail by hour or by day, keeps the period in the URL, and shows the same in its table', async () => {
    await queueAt(0, 'sent');
    await queueAt(2, 'sent');
    await queueAt(2, 'failed');
    await queueAt(3, 'cancelled');
    await queueAt(50, 'sent');
    const page = await open();
    expect(await page.locator('[data-bar]').count()).toBe(24);
    expect(await figures(page)).toEqual(['2', '0', '1']);
    const day = await barsAndRows(page);
    expect(day.bars).toEqual(day.rows);
    const [last, first] = [await barOf(page, ['1', '0', '0']), await barOf(page, ['1', '0', '1'])];
    expect(last - first).toBe(2);
    expect(await page.locator('tfoot td').allTextContents()).toEqual(['2', '0', '1']);

    await page.getByRole('radio', { name: '7 days' }).check();
    await page.waitForURL((url) => url.searchParams.get('period') === '7d');
    expect(await page.locator('[data-bar]').count()).toBe(7);
    expect(await figures(page)).toEqual(['3', '0', '1']);
    const week = await barsAndRows(page);
    expect(week.bars).toEqual(week.rows);
    await page.reload();
    await page.waitForSelector('[data-bar="6"]');
    expect(await page.getByRole('radio', { name: '7 days' }).isChecked()).toBe(true);
    await page.goBack();
    await eventually(async () => expect(await page.locator('[data-bar]').count()).toBe(24));

    expect(await page.getByRole('table').count()).toBe(1);
    // The hidden table is one pixel in size, but always available to screen readers.
    const isSeen = async (): Promise<boolean> => (await page.locator('section > table').count()) === 1;
    expect(await isSeen()).toBe(false);
    await page.getByRole('button', { name: 'Show as table' }).click();
    expect(await isSeen()).toBe(true);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Hide table' }).click();
    expect(await isSeen()).toBe(false);
  });

  it('draws hours in the browser’s time zone, even with an offset of a quarter', async () => {
    await queueAt(0, 'sent');
    await queueAt(1, 'failed');
    const page = await pages.open('admin@example.com', { timezoneId: 'Asia/Kathmandu' });
    const { at } = await openStill(page);
    const { bars, rows } = await barsAndRows(page);
    expect(bars).toEqual(rows);
    expect((await barOf(page, ['1', '0', '0'])) - (await barOf(page, ['0', '0', '1']))).toBe(1);
    const hour = (time: number): string => `${String(new Date(time + NEPAL).getUTCHours()).padStart(2, '0')}:00`;
    expect(bars.at(-1)![0]).toMatch(new RegExp(`${hour(at)}.+${hour(at + HOUR)}$`));
  });

  it('shows the counts of the bar under the pointer or the focus', async () => {
    await queueAt(0, 'sent');
    await queueAt(1, 'failed');
    const page = await open();
    const title = page.getByTestId('figures').locator('> span').first();
    expect(await title.textContent()).toBe('The last 24 hours');
    const sent = await barOf(page, ['1', '0', '0']);
    await page.hover(`[data-bar="${sent}"]`);
    expect(await figures(page)).toEqual(['1', '0', '0']);
    await page.hover('h3');
    expect(await figures(page)).toEqual(['1', '0', '1']);

    await page.getByRole('radio', { name: '24 hours' }).focus();
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.dataset.bar');
    // The counts above the chart, sent and failed, are links.
    for (let stop = 0; stop < 3; stop++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('23');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe('22');
    await page.focus(`[data-bar="${sent}"]`);
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe(String(sent - 1));
    expect(await figures(page)).toEqual(['0', '0', '1']);
    expect(await title.textContent()).toBe(/^(.*): 0 sent/.exec((await page.getAttribute(`[data-bar="${sent - 1}"]`, 'aria-label'))!)![1]);
    const isLinkOf = (outcome: string): Promise<void> => page.waitForSelector(`a[data-outcome=${outcome}]:focus`).then(() => undefined);
    await page.keyboard.press('ArrowUp');
    await isLinkOf('failed');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe(String(sent - 1));
    await page.keyboard.press('Home');
    expect(await focused()).toBe('0');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe('0');
    await page.keyboard.press('End');
    expect(await focused()).toBe('23');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    // All bars are one Tab stop.
    await page.keyboard.press('Tab');
    expect(await focused()).toBeUndefined();
    expect(await figures(page)).toEqual(['1', '0', '1']);
  });

  it('opens the messages of an hour from the keyboard and with the pointer', async () => {
    await queueAt(0, 'sent');
    await queueAt(1, 'sent');
    const failed = await queueAt(1, 'failed');
    const page = await open();
    const bar = await barOf(page, ['1', '0', '1']);
    await page.focus(`[data-bar="${bar}"]`);
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.ariaLabel')).toMatch(/ – .*: 1 sent$|–.*: 1 sent$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForSelector(messageRow(failed));
    expect(await page.locator('tbody [data-status]').count()).toBe(1);
    expect(filterOf(page, 'status')).toBe('failed,expired,unknown');
    // The filter form shows the exact hour.
    expect(await page.getAttribute('#filter-from', 'type')).toBe('datetime-local');
    await openOverview(page);
    await page.click(`[data-bar="${bar}"] a[data-outcome=sent]`);
    await page.waitForSelector('tbody [data-status=sent]');
    expect(await page.locator('tbody [data-status]').count()).toBe(1);
  });

  it('links to the oldest waiting message', async () => {
    const id = await queueAt(5, 'held', { config: 'never_made' });
    await queueAt(1, 'held', { config: 'never_made' });
    const page = await open();
    expect(await page.textContent('[data-testid=waiting]')).toMatch(/2 messages waiting\. Oldest waiting message: due since/);
    await page.getByRole('link', { name: 'Open oldest waiting message' }).click();
    await page.waitForURL(ends(`/SmtpMessage/records/${id}/show`));
  });

  it('keeps its layout while it loads, reports a failure, and loads on retry', async () => {
    await queueAt(1, 'sent');
    const page = await pages.open();
    const answer = createGate();
    await page.route(OVERVIEW_API, async (route) => {
      await answer.opened;
      await route.fulfill({ status: 500, json: {} });
    });
    await page.goto(OVERVIEW);
    await page.waitForSelector('[data-smtp-screen][aria-busy=true]');
    expect(await page.locator('h3').allTextContents()).toEqual(['Needs attention', 'Mail volume', 'Configurations']);
    expect(await page.locator('[data-attention], [data-bar]').count()).toBe(0);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    answer.open();
    await page.waitForSelector('[data-testid=failed]');
    // Without data, the page claims nothing.
    expect(await page.textContent('[data-smtp-screen]')).not.toContain('No problems found');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.unroute(OVERVIEW_API);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForSelector('[data-attention]');
    await eventually(async () => expect(await page.locator('[data-testid=failed]').count()).toBe(0));
  });

  it('refreshes automatically, and keeps its data if that fails', async () => {
    const page = await open();
    await queueAt(0, 'failed');
    await page.waitForSelector(attention('failed'));
    await page.route(OVERVIEW_API, (route) => route.abort());
    await page.getByTestId('failed').getByText('Couldn’t refresh').waitFor();
    expect(await page.locator(attention('failed')).count()).toBe(1);
    // Its age is that of the data, not that of the last attempt.
    await eventually(async () => expect(await page.textContent('[data-testid=updated]')).toMatch(/Updated [1-9]\d* sec/));
    await page.unroute(OVERVIEW_API);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Updated just now').waitFor();
    expect(await page.getByTestId('failed').count()).toBe(0);
  });

  it.each([360, 390])('fits a screen of %s pixels', async (size) => {
    const news = await configure({ name: 'a_configuration_with_a_name_of_nearly_fifty_chars' });
    await setFailing(news.id);
    await queueAt(0, 'failed');
    const page = await open('admin@example.com', { viewport: { width: size, height: 740 } });
    await fitsWidth(page);
    await page.getByRole('button', { name: 'Show as table' }).click();
    await fitsWidth(page);
    await page.getByRole('radio', { name: '7 days' }).check();
    await fitsWidth(page);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('is readable in a dark theme', async () => {
    const news = await configure({ name: 'newsletters' });
    await setFailing(news.id);
    await queueAt(0, 'failed');
    const page = await pages.open();
    // Sets the theme that the application's `branding.theme` or its own theme would pass to the panel.
    await page.addInitScript(`
      const dark = { bg: '#0C1E29', container: '#192E3D', text: '#FFFFFF', border: '#344F63', inputBorder: '#475F71', white: '#192E3D',
        primary100: '#3B8FF3', error: '#FF6B6B', success: '#21C197', warning: '#FFB02E', grey100: '#FFFFFF' };
      let theme;
      Object.defineProperty(window, 'THEME', { get: () => theme, set: (given) => (theme = { ...given, colors: { ...given?.colors, ...dark } }) });
    `);
    await openOverview(page);
    const surface = "getComputedStyle(document.querySelector('[data-smtp-screen]:has(section)')).backgroundColor";
    expect(await page.evaluate(surface)).toBe('rgb(25, 46, 61)');
    await page.getByRole('button', { name: 'Show as table' }).click();
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });
});
