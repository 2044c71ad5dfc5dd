import type { Page } from 'playwright-core';
import { ends, invalid } from './page.js';

const CONFIGS = '/admin/resources/SmtpConfig';

/** The paths of the form: blank, and of a configuration. */
export const NEW = `${CONFIGS}/actions/new`;
export const editPath = (id: string): string => `${CONFIGS}/records/${id}/edit`;

/** Opens the form: blank, or at the path of a configuration. */
export async function openForm(page: Page, path = NEW): Promise<void> {
  await page.goto(path);
  await page.waitForSelector('#name');
}

/** Types values into text fields, by their names. */
export async function fill(page: Page, fields: Record<string, string | number>): Promise<void> {
  for (const [field, value] of Object.entries(fields)) await page.fill(`#${field}`, String(value));
}

/** Chooses a security card, which the styled label covers. */
export const chooseSecurity = (page: Page, security: 'starttls' | 'tls' | 'none'): Promise<void> =>
  page.check(`#security-${security}`, { force: true });

/** Chooses the kind of the configuration. */
export const chooseKind = (page: Page, label: 'Generic SMTP' | 'Microsoft 365 (MS Graph)'): Promise<void> => page.getByText(label).click();

/** Opens the fold with the CA certificate and types it in. */
export async function fillCa(page: Page, certificate: string): Promise<void> {
  await page.click('#ca');
  await page.fill('#caCertificate', certificate);
}

/** Opens the fold with the description, the connections and the switch. */
export const openAdvanced = (page: Page): Promise<void> => page.getByRole('button', { name: /^Advanced/ }).click();

/** Saves, and waits for the notice; one from an earlier save may still be shown. */
export async function save(page: Page): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST' && /\/(new|edit)$/.test(response.url()));
  await page.click('#save');
  await answered;
  await page.getByText('Saved', { exact: true }).first().waitFor();
}

/** Saves a new configuration, and waits for its form, which replaces the blank one. */
export async function saveNew(page: Page): Promise<void> {
  await page.evaluate(`document.querySelector('#save').form.dataset.form = 'new'`);
  await save(page);
  await page.waitForURL(ends('/edit'));
  await page.waitForSelector('form:not([data-form=new]) #save');
}

/** Tries to save, and waits for the error beside a field. */
export async function saveFailsAt(page: Page, field: string): Promise<void> {
  await page.click('#save');
  await page.waitForSelector(invalid(field));
}
