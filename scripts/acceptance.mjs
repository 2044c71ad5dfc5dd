// Lists each line of test/acceptance.md with its passed tests, and fails if a line has none.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const [results = 'test-results.json'] = process.argv.slice(2);
const NUMBER = /\bA[1-9]\.\d+(?!\d)/g;

const lines = (await readFile(new URL('../test/acceptance.md', import.meta.url), 'utf8')).split('\n').flatMap((line) => {
  const [, number, text] = /^- (A\d\.\d+) (.+)/.exec(line) ?? [];
  return number ? [{ number, text }] : [];
});
const { testResults } = JSON.parse(await readFile(results, 'utf8'));

/** @type {Map<string, { passed: Set<string>, count: number, failed: string[] }>} */
const tests = new Map(lines.map(({ number }) => [number, { passed: new Set(), count: 0, failed: [] }]));
const unknown = new Set();
for (const { name: file, assertionResults } of testResults) {
  for (const { fullName, status } of assertionResults) {
    for (const number of new Set(fullName.match(NUMBER))) {
      const line = tests.get(number);
      if (!line) unknown.add(`${number} (${basename(file)})`);
      else if (status === 'passed') {
        line.passed.add(basename(file));
        line.count++;
      } else line.failed.push(`${basename(file)}: ${fullName}`);
    }
  }
}

for (const { number, text } of lines) {
  const { passed, count } = tests.get(number);
  console.log(`${count ? '✓' : '✗'} ${number.padEnd(6)} ${text.slice(0, 76).padEnd(76)} ${count} in ${[...passed].join(', ') || 'none'}`);
}
const covered = lines.filter(({ number }) => tests.get(number).count > 0);
const failed = [...tests.values()].flatMap((line) => line.failed);
for (const test of failed) console.error(`✗ not passed: ${test}`);
for (const number of unknown) console.error(`✗ unknown line: ${number}`);
console.log(`${covered.length} of ${lines.length} lines have a test that passed`);
if (covered.length < lines.length || lines.length === 0 || failed.length || unknown.size) process.exitCode = 1;
