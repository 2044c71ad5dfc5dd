import type { Page } from 'playwright-core';
import { press } from './page.js';

/** The check of a secret, by its result. */
export const readable = '[data-testid=secret-check][data-state=readable]';
export const unreadable = '[data-testid=secret-check][data-state=unreadable]';

/** A secret in the list of a source. */
export const secretOption = (key: string): string => `[role=option][data-key="${key}"]`;

/** Opens the dialog of a secret at one of the sources. */
export async function openSource(page: Page, source: string, field = 'password'): Promise<void> {
  await page.click(`#${field}-choose`);
  await page.selectOption('#inputType', { label: source });
}

/** Takes the secret that is chosen or typed. */
export const useSecret = (page: Page): Promise<void> => press(page, 'Use this secret');

/** Chooses a secret of a source. */
export async function chooseSecret(page: Page, source: string, key: string): Promise<void> {
  await openSource(page, source);
  await page.click(secretOption(key));
  await useSecret(page);
}
