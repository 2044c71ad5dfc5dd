import { describe, expect, it } from '@jest/globals';
import { exactTime, formatDuration, relativeSeconds, relativeTime } from '../../../lib/admin/components/model/relative-time.js';
import { isCertificateProblem, plannedSteps, stepStates } from '../../../lib/admin/components/model/steps.js';
import { collectTest, jsonLines } from '../../../lib/admin/components/model/test-stream.js';
import { utcDay, utcTime } from '../../../lib/shared/utc-time.js';
import type { TestStep } from '../../../lib/shared/connection-test.js';

async function* streamBytes(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part;
}

const dns: TestStep = { name: 'dns', ok: true, ms: 1, detail: '203.0.113.7' };
const tcp: TestStep = { name: 'tcp', ok: false, ms: 2, detail: 'Refused.' };
const end = { notice: { message: 'no', type: 'error' }, report: { ok: false, steps: [dns, tcp] } };

describe('a streamed test', () => {
  it('returns each step when its line is complete, whatever the chunks', async () => {
    const text = [dns, tcp, end].map((line) => JSON.stringify(line)).join('\n');
    const steps: TestStep[] = [];
    const answer = await collectTest(jsonLines(streamBytes(text.slice(0, 5), text.slice(5, 70), text.slice(70))), (step) =>
      steps.push(step),
    );
    expect(steps).toEqual([dns, tcp]);
    expect(answer).toEqual(end);
  });

  it('keeps characters that are split between chunks', async () => {
    const whole = new TextEncoder().encode(`${JSON.stringify({ name: 'dns', detail: 'Grüße' })}\n`);
    const lines: unknown[] = [];
    for await (const line of jsonLines(streamBytes(whole.slice(0, 27), whole.slice(27)))) lines.push(line);
    expect(lines).toEqual([{ name: 'dns', detail: 'Grüße' }]);
  });

  it('throws if it ends without a result', async () => {
    await expect(collectTest(jsonLines(streamBytes(JSON.stringify(dns))), () => undefined)).rejects.toThrow('without a result');
  });
});

describe('the steps', () => {
  it('leave out encryption and login if they are off', () => {
    expect(plannedSteps({ type: 'generic', security: 'none' }, false)).toEqual([
      'dns',
      'tcp',
      'greeting',
      'sender',
      'recipient',
      'message',
    ]);
    expect(plannedSteps({ type: 'generic', security: 'tls' }, true)).toHaveLength(8);
  });

  it('are different for Microsoft Graph', () => {
    expect(plannedSteps({ type: 'ms_graph', security: 'starttls' }, true)).toEqual(['token', 'mailbox', 'message']);
  });

  it('A1.33 stop at a failure', () => {
    const planned = ['dns', 'tcp', 'greeting', 'message'];
    expect(stepStates(planned, [dns], true).map(({ state }) => state)).toEqual(['done', 'running', 'waiting', 'waiting']);
    expect(stepStates(planned, [dns, tcp], false).map(({ state }) => state)).toEqual(['done', 'done', 'skipped', 'skipped']);
  });
});

describe('a certificate problem', () => {
  it('is a failure that a private CA may fix, and not every failure of encryption', () => {
    const tls: TestStep = { name: 'tls', ok: false, ms: 1 };
    expect(isCertificateProblem({ ...tls, code: 'CERTIFICATE' })).toBe(true);
    expect(isCertificateProblem({ ...tls, code: 'TLS' })).toBe(false);
    expect(isCertificateProblem({ ...tls, ok: true })).toBe(false);
  });
});

describe('times', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');

  it('are relative, with the exact time available', () => {
    expect(relativeTime('2026-11-20T11:58:00Z', now, 'en')).toBe('2 min. ago');
    expect(relativeTime('2026-11-20T11:59:30Z', now, 'en')).toBe('now');
    expect(relativeTime('2026-11-18T11:00:00Z', now, 'en')).toBe('2 days ago');
    expect(exactTime('2026-11-20T11:58:00Z', 'en')).toContain('2026');
  });

  it('that something takes have the unit that fits, in the language of the reader', () => {
    expect([0, 999.6, 1_234, 59_000, 60_000, 90_000].map((ms) => formatDuration(ms, 'en'))).toEqual([
      '0 ms',
      '1 sec',
      '1.2 sec',
      '59 sec',
      '1 min',
      '1.5 min',
    ]);
    expect(formatDuration(1_234, 'de')).toBe('1,2 Sek.');
    expect(relativeSeconds(21, 'en')).toBe('in 21 seconds');
  });

  it('of a certificate are those of UTC in every time zone', () => {
    expect(utcDay('2027-03-12T00:30:00Z', 'en')).toBe('Mar 12, 2027');
    expect(utcDay('2027-03-12T23:30:00Z', 'en')).toBe('Mar 12, 2027');
    expect(utcTime('2027-03-12T23:30:00Z', 'en').replaceAll('\u202F', ' ')).toBe('Mar 12, 2027, 11:30:00 PM UTC');
    expect(utcDay('', 'en')).toBe('?');
  });
});
