import { expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../../support/eventually.js';

/** The open dialog. */
export const dialog = 'dialog[open]';

/** A field with an error beside it. */
export const invalid = (field: string): string => `#${field}[aria-invalid=true]`;

/** Matches URLs by the end of their path. */
export const ends = (path: string) => (url: URL) => url.pathname.endsWith(path);

/** Presses the button of exactly this name. */
export const press = (page: Page | Locator, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** Presses a button of the open dialog. */
export const pressInDialog = (page: Page, name: string): Promise<void> => press(page.locator(dialog), name);

/** Waits until no dialog is open. */
export async function dialogCloses(page: Page): Promise<void> {
  await page.waitForSelector(dialog, { state: 'detached' });
}

/** Closes the open dialog with Escape. */
export async function escape(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await dialogCloses(page);
}

/** Opens the menu of a row and chooses an action. */
export async function chooseAction(page: Page, name: string, action: string): Promise<void> {
  await press(page, `Actions for ${name}`);
  await page.click(`[data-action=${action}]`);
}

/** Opens the panel's start page and follows its menu to a screen. */
export async function openFromMenu(page: Page, screen: string): Promise<void> {
  await page.goto('/admin');
  await page.getByText(screen).first().click();
}

/** Returns the values of fields, in their order. */
export const values = (page: Page, ...fields: string[]): Promise<string[]> =>
  Promise.all(fields.map((field) => page.inputValue(`#${field}`)));

/** Returns the id of the focused element, or its name where it has none. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.id || document.activeElement.ariaLabel || document.activeElement.textContent');

/** Waits until the element of this id or name has the focus. */
export const hasFocus = (page: Page, what: string): Promise<void> => eventually(async () => expect(await focused(page)).toBe(what));

/** Waits until nothing is wider than the window. */
export const fitsWidth = (page: Page): Promise<void> =>
  eventually(async () =>
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0),
  );

/** Collects the errors of the page's scripts and of its console. */
export function collectErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text());
  });
  return errors;
}
