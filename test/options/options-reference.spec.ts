import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { optionsReference, PAGE } from '../../scripts/options-reference.mjs';

it('docs/options.md describes the current options (npm run docs:options)', async () => {
  expect(await readFile(PAGE, 'utf8')).toBe(await optionsReference());
});
