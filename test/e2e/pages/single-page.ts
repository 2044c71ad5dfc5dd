import type { Page } from 'playwright-core';
import { dialog, press, pressInDialog } from './page.js';

/** The one page of single mode. */
export const PAGE = '/admin/resources/SmtpConfig';

/** The label of the button: Save for a new configuration, Update for an existing one. */
type Button = 'Save' | 'Update';

/** Waits until the page has loaded what there is. */
export const isReadyTo = (page: Page, button: Button): Promise<void> => page.locator('#save').getByText(button, { exact: true }).waitFor();

/** Opens the page, or a path that leads to it. */
export async function openPage(page: Page, button: Button, path = PAGE): Promise<void> {
  await page.goto(path);
  await isReadyTo(page, button);
}

/** Opens the menu of further actions. */
export const openMenu = (page: Page): Promise<void> => press(page, 'More actions');

/** Opens the dialog that asks before the configuration is deleted. */
export async function openDeletion(page: Page): Promise<void> {
  await openMenu(page);
  await page.getByRole('menuitem', { name: 'Delete config' }).click();
  await page.waitForSelector(dialog);
}

/** Deletes the configuration. */
export async function deleteConfig(page: Page): Promise<void> {
  await openDeletion(page);
  await pressInDialog(page, 'Yes, delete it');
}
