import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { eventually } from '../support/eventually.js';
import { startExampleHost } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { editPath, openAdvanced, openForm } from './pages/config-form.js';
import { LIST, openList, row, shows } from './pages/config-list.js';
import { openEmailType, saveEmailType } from './pages/email-types.js';
import { openLog } from './pages/mail-log.js';
import { chooseAction, dialog, dialogCloses, ends, escape, fitsWidth, pressInDialog } from './pages/page.js';

const LONGEST = 'the_longest_name_that_a_configuration_can_have_123';
const SENDERS = ['ООО «Ромашка»', 'شركة الاختبار', '株式会社テスト', '🎉 Partys 📮', 'חברת בדיקה', 'O’Neil & Søn'];

let app: Awaited<ReturnType<typeof startExampleHost>>;
const pages = useSignedInPages(() => app.url);

beforeAll(async () => {
  app = await startExampleHost();
});
afterAll(() => app.stop());
afterEach(async () => {
  await pages.close();
  await app.reset();
});

const createConfig = async (name: string, fields: object = {}): Promise<string> => (await app.configure({ name, ...fields })).id;
/** Creates a thousand configurations with senders in every script, directly in the table for speed. */
const createMany = async (): Promise<void> => {
  const id = await createConfig(LONGEST, { fromName: SENDERS[0] });
  const [columns] = [Object.keys((await app.dataSource.query<object[]>('SELECT * FROM smtp_config WHERE id = ?', [id]))[0]!)];
  const others = columns.filter((column) => !['id', 'name', 'name_key', 'from_name', 'host'].includes(column)).join(', ');
  for (let start = 0; start < 1000; start += 100) {
    const rows = Array.from({ length: 100 }, (_, index) => start + index);
    const values = rows.map(
      (number) =>
        `SELECT '00000000-0000-4000-8000-${String(number).padStart(12, '0')}', 'many_${number}', 'many_${number}', ?, 'relay-${number}.example.net', ${others} FROM smtp_config WHERE id = '${id}'`,
    );
    await app.dataSource.query(
      `INSERT INTO smtp_config (id, name, name_key, from_name, host, ${others}) ${values.join(' UNION ALL ')}`,
      rows.map((number) => SENDERS[number % SENDERS.length]!),
    );
  }
};

describe('The list of configurations in a browser', () => {
  it('A2.3 searches the name, the server and the sender, and keeps the search in the URL', async () => {
    await createConfig('first', { host: 'mx.example.net', fromName: SENDERS[0], fromAddress: 'news@example.org' });
    await createConfig('second', { host: 'relay.example.net', fromName: SENDERS[2] });
    const page = await pages.open();
    await openList(page);
    await shows(page, ['first', 'inbox', 'second']);
    for (const [typed, found] of [
      ['SECON', ['second']],
      ['mx.exam', ['first']],
      ['news@', ['first']],
      ['Ромашка', ['first']],
      ['会社', ['second']],
      ['example.net', ['first', 'second']],
    ] as const) {
      await page.fill('#filter', typed);
      await shows(page, [...found]);
    }
    expect(new URL(page.url()).searchParams.get('filters.search')).toBe('example.net');
    await page.reload();
    await shows(page, ['first', 'second']);
    expect(await page.inputValue('#filter')).toBe('example.net');
    await page.goBack();
    await shows(page, ['second']);
    expect(await page.inputValue('#filter')).toBe('会社');

    await page.fill('#filter', 'no <b>such</b> $t(x)');
    await page.getByText('No configuration has “no <b>such</b> $t(x)” in its name, server or sender.').waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await shows(page, ['first', 'inbox', 'second']);
    expect([await page.inputValue('#filter'), await page.evaluate('document.activeElement.id')]).toEqual(['', 'filter']);
  });

  it('filters by failing, disabled or untested, and by type, together with the search', async () => {
    const good = await createConfig('good');
    await createConfig('asleep', { enabled: false });
    await createConfig('new_one');
    const bad = await createConfig('bad');
    const insert = 'INSERT INTO smtp_config_status (config_id, last_test_status, last_test_at, last_test_version) VALUES (?, ?, ?, 1)';
    await app.dataSource.query(insert, [good, 'ok', Date.now()]);
    await app.dataSource.query(insert, [bad, 'failed', Date.now()]);
    const page = await pages.open();
    await openList(page);
    for (const [health, found] of [
      ['Failing', []],
      ['Last test failed', ['bad']],
      ['Disabled', ['asleep']],
      ['Not used or tested yet', ['inbox', 'new_one']],
      ['Working', ['good']],
    ] as const) {
      await page.selectOption('#filter-health', { label: health });
      await shows(page, [...found]);
    }
    await page.goBack();
    await shows(page, ['inbox', 'new_one']);
    await page.fill('#filter', 'NEW');
    await shows(page, ['new_one']);
    await page.selectOption('#filter-type', { label: 'Microsoft 365 (MS Graph)' });
    await page.getByText('No configuration that matches the filter has “NEW” in its name, server or sender.').waitFor();
    await page.reload();
    await page.getByText('No configuration that matches the filter has “NEW”').waitFor();
    expect(await page.inputValue('#filter-health')).toBe('untested');
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await shows(page, ['asleep', 'bad', 'good', 'inbox', 'new_one']);
    expect([await page.inputValue('#filter-health'), await page.inputValue('#filter-type')]).toEqual(['', '']);
  });

  it('opens the page, search and sorting of a URL, and reports a page that no longer exists', async () => {
    for (let number = 10; number < 35; number++) await createConfig(`zz_${number}`);
    const page = await pages.open();
    await openList(page, '?page=2&sortBy=name&direction=desc&filters.search=zz_');
    await shows(page, ['zz_14', 'zz_13', 'zz_12', 'zz_11', 'zz_10']);
    expect(await page.inputValue('#filter')).toBe('zz_');
    await page.waitForSelector('th[aria-sort=descending]');
    await page.goto(`${LIST}?page=9&filters.search=zz_`);
    await page.getByText('This page no longer exists.').waitFor();
    await page.getByRole('button', { name: 'First page' }).click();
    await page.waitForSelector(row('zz_10'));
  });

  it('remains usable with a thousand configurations: the list, the default, the activity and the mail log', async () => {
    await createMany();
    const page = await pages.open(undefined, { viewport: { width: 360, height: 800 } });
    await openList(page);
    await page.getByText('Page 1 of 51').waitFor();
    for (const sender of SENDERS) {
      await page.fill('#filter', sender.slice(0, 6));
      await eventually(async () => {
        const texts = await page.locator('[data-name]').allTextContents();
        expect([texts.length, texts.every((text) => text.includes(sender))]).toEqual([20, true]);
      });
    }
    await page.fill('#filter', LONGEST);
    await shows(page, [LONGEST]);
    await fitsWidth(page);
    expect(await findAccessibilityProblems(page)).toEqual([]);

    await app.dataSource.query('UPDATE smtp_default SET config_id = NULL');
    await page.reload();
    await page.getByRole('button', { name: 'Set a default' }).click();
    await page.locator(dialog).getByText('The first 50 of 1002.').waitFor();
    expect(await page.locator('#default option').count()).toBe(50);
    await page.fill('#default-search', 'relay-987.');
    await page.locator(dialog).getByText('1 found.').waitFor();
    // Enter in the search field searches and does not choose.
    await page.press('#default-search', 'Enter');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.fill('#default-search', 'nothing like it');
    await page.locator(dialog).getByText('No configuration has this').waitFor();
    await page.fill('#default-search', 'relay-987.');
    await page.waitForSelector('#default option:text-is("many_987")', { state: 'attached' });
    await pressInDialog(page, 'Set as default');
    await dialogCloses(page);
    expect((await app.configs.findDefault())!.name).toBe('many_987');

    await openEmailType(page, 'invoice');
    await page.getByText('The first 50 of 1002.').waitFor();
    await page.waitForSelector('#configId option:text-is("Default configuration (currently many_987)")', { state: 'attached' });
    await page.fill('#configId-search', 'many_86');
    await page.getByText('11 found.').waitFor();
    await page.selectOption('#configId', { label: 'many_865' });
    await page.fill('#configId-search', 'nothing like it');
    await page.getByText('No configuration has this').waitFor();
    expect(await page.locator('#configId option:checked').textContent()).toBe('many_865');
    await saveEmailType(page);
    await page.getByText('many_865').waitFor();
    await openEmailType(page, 'invoice');
    await page.getByText('The first 50 of 1002.').waitFor();
    expect(await page.locator('#configId option:checked').textContent()).toBe('many_865');

    await openLog(page, '?filters.configName=many_865');
    expect(await page.locator('#filter-configName option:checked').textContent()).toBe('many_865');
  }, 300_000);

  it('A3.30 A3.31 shows what uses a configuration and its waiting mail before deleting and disabling', async () => {
    const own = await createConfig('own');
    await createConfig('unused');
    await app.dataSource.query("INSERT INTO smtp_activity (activity_key, config_id) VALUES ('invoice', ?)", [own]);
    const sendAt = new Date(Date.now() + 86_400_000);
    const mail = { to: 'a@example.org', subject: 'Waits', text: 'x', sendAt };
    await app.mail.send({ ...mail, config: 'own' });
    await app.mail.send({ ...mail, activity: 'invoice' });
    for (let number = 0; number < 3; number++) await app.mail.send(mail);
    const page = await pages.open();
    const usage = page.locator(`${dialog} [data-testid=usage]`);
    await openList(page);
    await chooseAction(page, 'own', 'delete');
    await usage.getByText('2 messages assigned to it are waiting.').waitFor();
    expect(await usage.textContent()).toContain('can’t be sent until you choose another configuration for them: Invoices.');
    expect(await usage.textContent()).not.toContain('default');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await escape(page);
    await chooseAction(page, 'inbox', 'delete');
    await usage.getByText('3 messages for the default configuration will wait').waitFor();
    expect(await usage.textContent()).toContain('This configuration is the default');
    await page.keyboard.press('Escape');

    await openForm(page, editPath(own));
    await page.getByTestId('waiting').getByText('2 messages waiting').waitFor();
    await openAdvanced(page);
    expect(await page.getByTestId('switching-off').count()).toBe(0);
    await page.click('#enabled');
    await page
      .getByTestId('switching-off')
      .getByText('2 messages assigned to it are waiting. They will be on hold until you enable it again.')
      .waitFor();
    expect(await page.getByTestId('switching-off').textContent()).toContain('can’t be sent while it is disabled: Invoices.');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.click('#enabled');
    await page.getByTestId('switching-off').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: '2 messages waiting' }).click();
    await page.waitForURL(ends('/SmtpMessage'));
    await eventually(async () => expect(await page.locator('tbody tr[data-id]').count()).toBe(2));

    await openForm(page, editPath(app.inboxId));
    await openAdvanced(page);
    await page.click('#enabled');
    await page.getByTestId('switching-off').getByText('3 messages for the default configuration will wait').waitFor();

    await openList(page);
    await page.getByRole('link', { name: 'unused', exact: true }).click();
    await page.getByTestId('waiting').getByText('No messages waiting.').waitFor();
    await openAdvanced(page);
    await page.click('#enabled');
    await page.getByTestId('switching-off').getByText('Nothing uses it, and no messages are waiting for it.').waitFor();
  });
});
