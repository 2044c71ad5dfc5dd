// Compares the findings of `npm audit --omit=dev` with scripts/audit-notes.json, and fails on a finding without a note.
// If the registry does not support audits, as with some mirrors, nothing is checked and nothing fails.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const notes = JSON.parse(await readFile(new URL('./audit-notes.json', import.meta.url), 'utf8'));
const { vulnerabilities, message } = await audit();
if (!vulnerabilities) {
  console.log(`The registry did not respond to the audit (${message ?? 'no reason given'}). The dependencies were not checked.`);
} else {
  const findings = new Map();
  for (const { via } of Object.values(vulnerabilities)) {
    // A string is the name of a dependency with a finding.
    for (const finding of via) if (typeof finding === 'object') findings.set(finding.url.split('/').at(-1), finding);
  }
  for (const [id, { name, severity, title, range }] of findings) {
    const note = notes[id];
    console.log(`${note ? '✓' : '✗'} ${id} ${name} ${range}, ${severity}: ${title}`);
    console.log(note ? `    ${note.why}` : '    no note: update the package, or add a note to scripts/audit-notes.json');
    if (!note) process.exitCode = 1;
  }
  for (const id of Object.keys(notes)) if (!findings.has(id)) console.log(`- ${id}: no longer found, remove its note`);
  console.log(`${findings.size} findings, without development dependencies`);
}

/** @returns {Promise<{ vulnerabilities?: Record<string, { via: (string | Record<string, string>)[] }>, message?: string }>} */
function audit() {
  return new Promise((resolve) => {
    execFile('npm', ['audit', '--omit=dev', '--json'], { maxBuffer: 2 ** 26, timeout: 60_000 }, (error, output) => {
      try {
        resolve(JSON.parse(output));
      } catch {
        resolve({ message: error?.message.split('\n')[0] });
      }
    });
  });
}
