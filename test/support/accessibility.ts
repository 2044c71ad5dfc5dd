import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
/** Rules that are disabled by default: WCAG 2.2's target size, and the order of headings. */
const MORE = { 'target-size': { enabled: true }, 'heading-order': { enabled: true }, 'empty-heading': { enabled: true } };

interface Violation {
  id: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

const SETTLED = `(async () => {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
})()`;

/** Waits until all transitions and animations have finished. */
export const waitUntilSettled = (page: Page): Promise<void> => page.evaluate(SETTLED);

/**
 * Returns the WCAG 2.2 A and AA violations that axe-core finds in this module's screens, one line each. An open dialog is checked
 * alone, because nothing behind it can be reached. AdminJS's own menu and header are skipped.
 * @param coloursOnly checks only the contrast, the one thing a theme changes
 * @throws if the page has no screen of this module
 */
export async function findAccessibilityProblems(page: Page, coloursOnly = false): Promise<string[]> {
  await waitUntilSettled(page);
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(await axe);
  const options = { resultTypes: ['violations'], ...(coloursOnly ? { runOnly: ['color-contrast'] } : { runOnly: STANDARDS, rules: MORE }) };
  const violations: Violation[] = await page.evaluate(`(async () => {
    const include = document.querySelector('dialog[open]') ? ['dialog[open]'] : ['[data-smtp-screen]'];
    const options = ${JSON.stringify(options)};
    const { violations } = await axe.run({ include: [include] }, options);
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }));
  })()`);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`),
  );
}
