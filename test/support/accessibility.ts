import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

interface Violation {
  id: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/**
 * What axe-core finds wrong by WCAG 2.2 A and AA within the screens of ours, one line each; dialogs are among them,
 * AdminJS's own menu and head are not.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(await axe);
  const violations: Violation[] = await page.evaluate(`(async () => {
    const include = document.querySelector('dialog[open]') ? ['dialog[open]'] : ['[data-smtp-screen]'];
    const { violations } = await axe.run({ include: [include] }, { runOnly: ${JSON.stringify(STANDARDS)} });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }));
  })()`);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`),
  );
}
