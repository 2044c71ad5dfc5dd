import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
/** Off unless asked for: WCAG 2.2's size of targets, and the order of headings. */
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

/** Until nothing fades or slides any more: what is judged is what stays. */
export const settled = (page: Page): Promise<void> => page.evaluate(SETTLED);

/**
 * What axe-core finds wrong by WCAG 2.2 A and AA within the screens of ours, one line each. An open dialog is judged alone:
 * what is behind it cannot be reached. AdminJS's own menu and head are left out.
 * @param coloursOnly judges contrast alone, which is all that a theme changes
 * @throws where the page has no screen of ours
 */
export async function accessibilityProblems(page: Page, coloursOnly = false): Promise<string[]> {
  await settled(page);
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
