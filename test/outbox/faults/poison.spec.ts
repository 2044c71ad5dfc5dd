import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { type ScriptedServer, startServer } from '../../support/smtp-servers.js';

/** Longer than the test: a message that waits for a timer is not sent. */
const LONG_MS = 600_000;
const PATIENT = {
  pollEveryMs: LONG_MS,
  reconnectEveryMs: LONG_MS,
  leaseMs: LONG_MS,
  retry: { delaysMs: [LONG_MS], jitter: 0, giveUpAfterMs: 10 * LONG_MS },
};

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Messages that cannot be sent, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  let server: ScriptedServer;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
    server = await startServer({
      extensions: ['8BITMIME', 'SIZE 5000'],
      reply: (command) => (/^RCPT TO:<(nobody@|[^@]*>)/.test(command) ? '553 5.1.3 bad address' : undefined),
    });
  });
  afterAll(async () => {
    await bench.close();
    await server.close();
  });
  beforeEach(() => bench.reset());

  /** Stores content that no version of this package writes. */
  const damage = async (ids: readonly string[], content: string): Promise<void> => {
    await bench.query(`UPDATE smtp_message_body SET content = ${content} WHERE message_id IN (${ids.map((id) => `'${id}'`).join(', ')})`);
  };

  it('C2-27 fails ten such messages at the head of the queue after one attempt each, and sends the next one immediately', async () => {
    await bench.configure({ port: server.port, maxConnections: 1 });
    await bench.queue(3, { text: 'x'.repeat(10_000) }, 'oversize');
    await bench.queue(3, { to: 'nobody@b.c' }, 'refused-address');
    await damage(await bench.queue(2, { to: 'stored@b.c' }, 'stored-address'), "REPLACE(content, 'stored@b.c', 'no address at all')");
    await damage(await bench.queue(2, {}, 'unreadable'), "'{'");
    await bench.queue(1, {}, 'eleventh');
    await bench.deliver(PATIENT);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ failed: 10, sent: 1 }));
    expect(await bench.query('SELECT subject, status, attempts, last_code FROM smtp_message ORDER BY id')).toEqual([
      ...[0, 1, 2].map((index) => ({ subject: `oversize-${index}`, status: 'failed', attempts: 1, last_code: 'CONTENT' })),
      ...[0, 1, 2].map((index) => ({ subject: `refused-address-${index}`, status: 'failed', attempts: 1, last_code: 'RECIPIENT' })),
      ...[0, 1].map((index) => ({ subject: `stored-address-${index}`, status: 'failed', attempts: 1, last_code: 'RECIPIENT' })),
      ...[0, 1].map((index) => ({ subject: `unreadable-${index}`, status: 'failed', attempts: 1, last_code: 'CONTENT' })),
      { subject: 'eleventh-0', status: 'sent', attempts: 0, last_code: null },
    ]);
    expect(server.bodies).toHaveLength(1);
    expect(server.bodies[0]).toContain('eleventh-0');
  });
});
