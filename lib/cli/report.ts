import type { TestReport, TestStep } from '../transport/smtp/diagnose.js';

/** One step for a person: what was found or went wrong, then what to change and the server's words. */
export function stepLines({ name, ok, ms, detail = '', hint, field, offer, response }: TestStep): string {
  const lines = [`${ok ? '✓' : '✗'} ${name.padEnd(9)} ${detail}  (${ms} ms)`];
  if (!ok && hint) lines.push(`  → ${hint}`);
  if (!ok && offer) lines.push(`  → Try: --security ${offer.security} --port ${offer.port}`);
  if (!ok && field === 'caCertificate') lines.push('  → Try: --ca <file with the certificate of the CA>');
  if (!ok && response) lines.push(`  The server said: ${response}`);
  return lines.join('\n');
}

/** The last line. */
export function outcomeLine({ ok }: TestReport, checkOnly: boolean): string {
  if (!ok) return 'The test failed.';
  return checkOnly
    ? 'It works. Nothing was sent. The server may still refuse other From addresses.'
    : 'It works. The server took the message; it may still refuse other From addresses.';
}
