import type { TestReport, TestStep } from '../shared/connection-test.js';

/** Formats a step: the finding or the failure, then the remedy and the server's reply. */
export function stepLines({ name, ok, ms, detail = '', hint, field, offer, reply }: TestStep): string {
  const lines = [`${ok ? '✓' : '✗'} ${name.padEnd(9)} ${detail}  (${ms} ms)`];
  if (!ok && hint) lines.push(`  → ${hint}`);
  if (!ok && offer) lines.push(`  → Try: --security ${offer.security} --port ${offer.port}`);
  if (!ok && field === 'caCertificate') lines.push('  → Try: --ca <file>');
  if (!ok && reply) lines.push(`  Server reply: ${reply}`);
  return lines.join('\n');
}

/** Formats the last line. */
export function outcomeLine({ ok }: TestReport, checkOnly: boolean): string {
  if (!ok) return 'The test failed.';
  return checkOnly
    ? 'The test passed. Nothing was sent. The server may still refuse other From addresses.'
    : 'The test passed. The server accepted the message. It may still refuse other From addresses.';
}
