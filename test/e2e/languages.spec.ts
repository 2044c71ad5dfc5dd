import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { LANGUAGES, type LanguageName } from '../../lib/admin/locales/index.js';
import { textsByResource } from '../../lib/admin/locales/language.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { saveFailsAt } from './pages/config-form.js';

const NAMES = Object.keys(LANGUAGES) as LanguageName[];
const OTHERS = NAMES.filter((name) => name !== 'en');

/** English sentences that could appear on a page. */
const ENGLISH = Object.values(textsByResource(LANGUAGES.en))
  .flatMap(({ components, properties, buttons, messages }) => [components, properties, buttons, messages].flatMap(Object.values))
  .filter((text) => !text.includes('{{') && text.split(' ').length >= 3);

let host: Awaited<ReturnType<typeof startScreensHost>>;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  const own = { resources: { SmtpConfig: { components: { help_host: 'So heißt unser Server.' } } }, labels: { navigation: 'Menü' } };
  const french = { menu: 'Courrier sortant', smtpConfig: { properties: { host: 'Hôte' }, components: { help_port: 'Souvent 587.' } } };
  const languages = [...NAMES, 'fr'];
  host = await startScreensHost({ languages, translations: { de: own }, smtpTranslations: { fr: french } });
  const page = await pages.open();
  const fields = { name: 'inbox', host: 'localhost', port: host.smtpPort, ...LOGIN, fromAddress: 'shop@acme.io', isDefault: true };
  await pages.create(page, fields);
  await host.send({ to: 'a@example.org', subject: '1042', text: 'Hello' });
  await pages.close();
});
afterAll(() => host.stop());
afterEach(() => pages.close());

/** Returns the visible text of a page once it has loaded. */
const readText = async (page: Page, language: string, path: string, loaded: string): Promise<string> => {
  await page.goto(`/admin/resources/${path}?lng=${language}`);
  await page.waitForSelector(loaded);
  return readScreens(page);
};
/** Returns the visible text of the page's head and of its content. */
const readScreens = async (page: Page): Promise<string> => (await page.locator('[data-smtp-screen]').allInnerTexts()).join('\n');

describe('The languages of the panel', () => {
  it.each(OTHERS)('%s: translates every page of the package', async (name) => {
    const { SmtpOverview, SmtpConfig, SmtpMessage, SmtpAudit } = textsByResource(LANGUAGES[name]);
    // Wide enough to show the menu.
    const page = await pages.open('admin@example.com', { viewport: { width: 1600, height: 900 } });
    const overview = await readText(page, name, 'SmtpOverview', 'svg [data-bar], svg rect');
    const form = await readText(page, name, 'SmtpConfig/actions/new', '#name');
    await saveFailsAt(page, 'name');
    const refused = await readScreens(page);
    const log = await readText(page, name, 'SmtpMessage', '[data-id]');
    const history = await readText(page, name, 'SmtpAudit', '[data-entry]');
    expect(overview).toContain(SmtpOverview.components.noProblems);
    expect(form).toContain(SmtpConfig.components.groupSender);
    expect(log).toContain(SmtpMessage.labels.status_sent);
    expect(history).toContain(SmtpAudit.components.did_create!.replace('{{name}}', 'inbox'));
    expect(refused).toContain(SmtpConfig.messages.error_name_required);
    const all = [overview, form, log, history, refused].join('\n');
    expect(ENGLISH.filter((text) => all.includes(text))).toEqual([]);
    await page.getByText(LANGUAGES[name].menu, { exact: true }).first().waitFor();
  });

  it('include the reasons of failures that are stored', async () => {
    const { steps } = LANGUAGES.de;
    const page = await pages.open();
    const dead = { host: '127.0.0.1', port: 1, username: 'u', password: 'p', fromAddress: 'shop@acme.io' };
    const failing = await pages.create(page, { ...dead, name: 'dead' });
    const tested = await pages.create(page, { ...dead, name: 'tested' });
    await pages.call(page, `records/${tested}/test`, { to: 'a@example.org' });
    const queued = await host.send({ to: 'b@example.org', subject: '1043', text: 'Hello', config: 'dead' });
    const reason = `${steps.reason_tcp_refused.replace('{{host}}', '127.0.0.1').replace('{{port}}', '1')} ${steps.remedy_tcp_refused}`;
    const shows = async (path: string, selector: string, text = reason): Promise<void> => {
      await page.goto(`/admin/resources/${path}?lng=de`);
      await page.waitForSelector(selector);
      expect(await page.textContent(selector)).toContain(text);
    };
    try {
      await shows('SmtpMessage', '[data-testid=failing-dead]');
      await shows('SmtpOverview', '[data-attention=failing]');
      await shows('SmtpOverview', '[data-attention=test_failed]');
      await shows('SmtpOverview', '[data-config=tested]');
      await shows('SmtpConfig', '[data-name=dead]');
      await shows('SmtpConfig', '[data-name=tested]');
      await shows(`SmtpMessage/records/${(queued as { id: string }).id}/show`, '[data-testid=explanation]');
    } finally {
      for (const id of [failing, tested]) await pages.call(page, `records/${id}/delete`, {});
    }
  });

  it('are overridden by single texts of the application', async () => {
    const page = await pages.open();
    const form = await readText(page, 'de', 'SmtpConfig/actions/new', '#name');
    expect(form).toContain('So heißt unser Server.');
    expect(form).toContain(LANGUAGES.de.smtpConfig.components.groupSender);
    await page.getByText('Menü', { exact: true }).first().waitFor();
  });

  it('include languages that AdminJS lacks, with English as the fallback', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 1600, height: 900 } });
    const form = await readText(page, 'fr', 'SmtpConfig/actions/new', '#name');
    for (const text of ['Hôte', 'Souvent 587.', LANGUAGES.en.smtpConfig.components.groupSender]) expect(form).toContain(text);
    await page.getByText('Courrier sortant', { exact: true }).first().waitFor();
  });
});
