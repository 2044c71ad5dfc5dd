import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Email } from 'postal-mime';
import { eventually } from '../support/eventually.js';
import '../support/long-tests.js';
import type { MailServer } from '../support/servers/mail-server.js';
import { ServerBench } from '../support/servers/server-bench.js';

const QUEUE = 2_000;
const CONNECTIONS = 5;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Runs what takes a server long: its crashes, large messages, and addresses that only some servers take. */
export function runServerLoad(start: () => Promise<MailServer>, { hasSmtpUtf8 }: { hasSmtpUtf8: boolean }): void {
  describe.each([1, 8])('with %d messages on the way per connection', (depth) => {
    runCrashes(start, depth);
  });
  describe('with unusual messages', () => {
    runUnusual(start, hasSmtpUtf8);
  });
}

/** Opens the bench for the tests of a block. */
function useBench(start: () => Promise<MailServer>, pipelineDepth?: number): () => ServerBench {
  let bench: ServerBench | undefined;
  beforeAll(async () => {
    bench = await ServerBench.open(start, { pipelineDepth });
  });
  afterAll(() => bench?.close());
  afterEach(() => bench?.reset());
  return () => bench!;
}

function runCrashes(start: () => Promise<MailServer>, depth: number): void {
  const open = useBench(start, depth);

  it(`loses none of ${QUEUE} messages when the server crashes twice, and sends none twice without saying so`, async () => {
    const bench = open();
    await bench.configure('starttls', { maxConnections: CONNECTIONS });
    const messages = Array.from({ length: QUEUE }, (_, index) => ({ to: 'bob@lab.test', subject: `queued ${index}`, text: 'Hello' }));
    await bench.app.mail.sendMany(messages);
    const countSent = async (): Promise<number> =>
      Number((await bench.query<{ count: number }>("SELECT COUNT(*) AS count FROM smtp_message WHERE status = 'sent'"))[0]!.count);
    for (const part of [QUEUE / 4, QUEUE / 2]) {
      await eventually(async () => expect(await countSent()).toBeGreaterThan(part));
      await bench.server.restart();
    }
    await eventually(async () => expect(await countSent()).toBe(QUEUE));
    await eventually(async () => expect(await countCopies(bench)).toMatchObject({ size: QUEUE }));

    const repeated = [...(await countCopies(bench))].filter(([, copies]) => copies.size > 1).map(([subject]) => subject);
    const ambiguous = await bench.query<{ subject: string }>(
      "SELECT subject FROM smtp_message WHERE id IN (SELECT message_id FROM smtp_message_attempt WHERE outcome = 'ambiguous')",
    );
    expect(ambiguous.map(({ subject }) => subject)).toEqual(expect.arrayContaining(repeated));
    expect(repeated.length).toBeLessThanOrEqual(2 * CONNECTIONS * depth);
  });
}

function runUnusual(start: () => Promise<MailServer>, hasSmtpUtf8: boolean): void {
  const open = useBench(start);

  const receive = (subject: string): Promise<Email> =>
    eventually(async () => {
      const mails = await open().findArrived(subject);
      expect(mails).toHaveLength(1);
      return mails[0]!;
    });

  it('delivers a message of 20 MB', async () => {
    const bench = open();
    await bench.configure('starttls');
    // Base64 adds a third.
    const content = randomBytes(15_000_000);
    const { attachments } = await receive(await bench.send({ attachments: [{ filename: 'large.bin', content }] }));
    expect(attachments.map((one) => sha256(new Uint8Array(one.content as ArrayBuffer)))).toEqual([sha256(content)]);
  });

  if (hasSmtpUtf8)
    it('delivers to an address with non-ASCII characters (SMTPUTF8)', async () => {
      const bench = open();
      await bench.configure('starttls');
      const { to, deliveredTo } = await receive(await bench.send({ to: 'Jörg <jörg@lab.test>' }));
      expect({ to, deliveredTo }).toEqual({ to: [{ name: 'Jörg', address: 'jörg@lab.test' }], deliveredTo: 'jörg@lab.test' });
    });
}

/** Returns the copies that the server took of each message. A crash of the server may deliver one of them twice. */
async function countCopies({ server }: ServerBench): Promise<Map<string, Set<string>>> {
  const copies = new Map<string, Set<string>>();
  for (const { subject, headers } of await server.readMail()) {
    if (!subject?.startsWith('queued ')) continue;
    const received = headers.find(({ key }) => key === 'received')?.value ?? '';
    copies.set(subject, (copies.get(subject) ?? new Set()).add(received));
  }
  return copies;
}
